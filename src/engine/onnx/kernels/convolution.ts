import { backend_util } from "../../tf.ts"
import { emitFilterGradient } from "../convolution/filterGradient.ts"
import { emitForward } from "../convolution/forward.ts"
import {
  type ConvInfo,
  countsAgree,
  isDilated,
  padsAreNatural,
  transposedAttributes,
} from "../convolution/geometry.ts"
import { emitInputGradient } from "../convolution/inputGradient.ts"
import { type Operand, sameShape } from "../graph/operand.ts"
import { operation } from "../operation.ts"
import { allFloat, type Kernel, type KernelTable } from "./kernel.ts"

export interface ConvAttributes {
  readonly strides: number | [number, number]
  readonly pad: "same" | "valid" | number | backend_util.ExplicitPadding
  readonly dataFormat?: string
  readonly dilations?: number | [number, number]
  readonly dimRoundingMode?: "floor" | "round" | "ceil"
}

const geometries = new Map<string, ConvInfo>()

/**
 * The key of a convolution's operation, and its geometry as TensorFlow.js computes it, remembered under the key.
 * @param x shape of the image
 * @param filter shape of the filter
 */
export function geometryOf(
  name: string,
  x: readonly number[],
  filter: readonly number[],
  a: ConvAttributes,
  depthwise = false,
): { readonly key: string; readonly info: ConvInfo } {
  const key = `${name} ${x.join()} ${filter.join()} ${a.strides} ${JSON.stringify(a.pad)} ${a.dilations} ${a.dimRoundingMode}`
  let info = geometries.get(key)
  if (info === undefined) {
    info = backend_util.computeConv2DInfo(
      x as [number, number, number, number],
      filter as [number, number, number, number],
      a.strides,
      a.dilations ?? 1,
      a.pad as "same",
      a.dimRoundingMode,
      depthwise,
    )
    geometries.set(key, info)
  }
  return { key, info }
}

export function usesNHWC(attributes: ConvAttributes): boolean {
  return attributes.dataFormat === undefined || attributes.dataFormat === "NHWC"
}

const conv2d: Kernel = ({ x, filter }, attributes: ConvAttributes, recorder) => {
  if (!allFloat(x, filter) || !usesNHWC(attributes)) return undefined
  const { key, info } = geometryOf("Conv2D", x!.shape, filter!.shape, attributes)
  // Fewer channels in the filter than in the input are a grouped convolution in TensorFlow.js.
  if (!padsAreNatural(info) || !countsAgree(info) || filter!.shape[2] !== x!.shape[3]) return undefined
  const op = operation(
    key,
    () =>
      (graph, [image, kept]) =>
        emitForward(graph, image!, kept!, info),
  )
  return recorder.record(op, [recorder.value(x!), recorder.value(filter!)], info.outShape, "float32")
}

const conv2dBackpropInput: Kernel = ({ dy, filter }, attributes, recorder) => {
  const shape: number[] = attributes.inputShape
  if (!allFloat(dy, filter) || !usesNHWC(attributes)) return undefined
  const { key, info } = geometryOf("Conv2DBackpropInput", shape, filter!.shape, attributes)
  // conv2dTranspose lets a caller ask for a shape that its strides and padding do not give.
  if (!sameShape(info.outShape, dy!.shape) || !padsAreNatural(info)) return undefined
  if (transposedAttributes(info, 1) === undefined || filter!.shape[2] !== shape[3]) return undefined
  const op = operation(key, () => (graph, [gradient, kept]) => {
    return emitInputGradient(graph, gradient!, kept!, info)
  })
  return recorder.record(op, [recorder.value(dy!), recorder.value(filter!)], shape, "float32")
}

const conv2dBackpropFilter: Kernel = ({ x, dy }, attributes, recorder) => {
  const shape: number[] = attributes.filterShape
  if (!allFloat(x, dy) || !usesNHWC(attributes)) return undefined
  const { key, info } = geometryOf("Conv2DBackpropFilter", x!.shape, shape, attributes)
  if (!sameShape(info.outShape, dy!.shape) || !padsAreNatural(info)) return undefined
  if (isDilated(info) || shape[2] !== x!.shape[3]) return undefined
  const op = operation(key, () => (graph, [image, gradient]: readonly Operand[]) => {
    return emitFilterGradient(graph, image!, gradient!, info)
  })
  return recorder.record(op, [recorder.value(x!), recorder.value(dy!)], shape, "float32")
}

export const convolutionKernels: KernelTable = {
  Conv2D: conv2d,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
}
