import { backend_util } from "../../tf.ts"
import type { Graph } from "../graph.ts"
import { type Operand, sameShape } from "../operand.ts"
import { operation } from "../value.ts"
import { blockedForward, blockedInputGradient, isBlockable } from "./blocked-convolution.ts"
import {
  gatheredFilterGradient,
  gatheredForward,
  gathersForFilterGradient,
  gathersForward,
  inputGradientPads,
  multipliedInputGradient,
  multipliesForInputGradient,
  slidesForFilterGradient,
  slidFilterGradient,
  turnedFilterGradient,
  turnedInputGradient,
  turnsForInputGradient,
} from "./convolution-forms.ts"
import { allFloat, type Kernel, type KernelTable } from "./kernel.ts"
import { sliced } from "./shape.ts"

type ConvInfo = backend_util.Conv2DInfo

/** Physical order of images: batch, channels, height, width. */
export const NCHW = [0, 3, 1, 2]
/** Physical order of filters [height, width, in, out]: out, in, height, width. */
const OIHW = [3, 2, 0, 1]
/** Images with channels in front, as a filter gradient convolves them. */
const CNHW = [3, 0, 1, 2]

interface ConvAttributes {
  readonly strides: number | [number, number]
  readonly pad: "same" | "valid" | number | backend_util.ExplicitPadding
  readonly dataFormat?: string
  readonly dilations?: number | [number, number]
  readonly dimRoundingMode?: "floor" | "round" | "ceil"
}

function keyOf(name: string, x: readonly number[], filter: readonly number[], a: ConvAttributes): string {
  return `${name} ${x.join()} ${filter.join()} ${a.strides} ${JSON.stringify(a.pad)} ${a.dilations} ${a.dimRoundingMode}`
}

const infos = new Map<string, ConvInfo>()

/** Geometry of a convolution, as TensorFlow.js computes it, remembered under the key. */
function infoOf(
  key: string,
  x: readonly number[],
  filter: readonly number[],
  a: ConvAttributes,
  depthwise = false,
) {
  let info = infos.get(key)
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
    infos.set(key, info)
  }
  return info
}

/** Attributes of Conv. Undefined where padding is negative, which ONNX does not define. */
function forwardAttributes(info: ConvInfo, group: number) {
  const { top, left, bottom, right } = info.padInfo
  return {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
    group,
  }
}

function padsAreNatural({ padInfo: { top, left, bottom, right } }: ConvInfo): boolean {
  return top >= 0 && left >= 0 && bottom >= 0 && right >= 0
}

function usesNHWC(attributes: ConvAttributes): boolean {
  return attributes.dataFormat === undefined || attributes.dataFormat === "NHWC"
}

/** Whether the outputs that ONNX computes from these pads are as many as TensorFlow.js says. */
function countsAgree(info: ConvInfo): boolean {
  const count = (size: number, kernel: number, stride: number, pads: number) =>
    Math.floor((size + pads - kernel) / stride) + 1
  const { top, bottom, left, right } = info.padInfo
  return (
    count(info.inHeight, info.effectiveFilterHeight, info.strideHeight, top + bottom) === info.outHeight &&
    count(info.inWidth, info.effectiveFilterWidth, info.strideWidth, left + right) === info.outWidth
  )
}

const conv2d: Kernel = ({ x, filter }, attributes: ConvAttributes, recorder) => {
  if (!allFloat(x, filter) || !usesNHWC(attributes)) return undefined
  const key = keyOf("Conv2D", x!.shape, filter!.shape, attributes)
  const info = infoOf(key, x!.shape, filter!.shape, attributes)
  // Fewer channels in the filter than in the input are a grouped convolution in TensorFlow.js.
  if (!padsAreNatural(info) || !countsAgree(info) || filter!.shape[2] !== x!.shape[3]) return undefined
  const op = operation(key, () => (graph, inputs, value) => {
    if (gathersForward(info)) return gatheredForward(graph, inputs[0]!, inputs[1]!, info)
    if (isBlockable(graph, info, info.inChannels, info.outChannels)) {
      return blockedForward(graph, inputs[0]!, inputs[1]!, info)
    }
    const names = [graph.as(inputs[0]!, NCHW), graph.as(inputs[1]!, OIHW)]
    return graph.dense(graph.emit("Conv", names, forwardAttributes(info, 1)), "float32", value.shape, NCHW)
  })
  return recorder.record(op, [recorder.value(x!), recorder.value(filter!)], info.outShape, "float32")
}

/**
 * Pads and output padding that make ConvTranspose give `size` numbers along one dimension. The crop at the end
 * absorbs the remainder that the forward convolution left over; what it cannot absorb is output padding.
 */
function transposedPads(size: number, input: number, kernel: number, stride: number, begin: number) {
  const end = (input - 1) * stride + kernel - begin - size
  return end >= 0 ? { begin, end, more: 0 } : { begin, end: 0, more: -end }
}

function transposedAttributes(info: ConvInfo, group: number) {
  const { padInfo: pad } = info
  const rows = transposedPads(
    info.inHeight,
    info.outHeight,
    info.effectiveFilterHeight,
    info.strideHeight,
    pad.top,
  )
  const columns = transposedPads(
    info.inWidth,
    info.outWidth,
    info.effectiveFilterWidth,
    info.strideWidth,
    pad.left,
  )
  if (rows.more >= info.strideHeight && rows.more > 0) return undefined
  if (columns.more >= info.strideWidth && columns.more > 0) return undefined
  return {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [rows.begin, columns.begin, rows.end, columns.end],
    output_padding: [rows.more, columns.more],
    group,
  }
}

const conv2dBackpropInput: Kernel = ({ dy, filter }, attributes, recorder) => {
  const shape: number[] = attributes.inputShape
  if (!allFloat(dy, filter) || !usesNHWC(attributes)) return undefined
  const key = keyOf("Conv2DBackpropInput", shape, filter!.shape, attributes)
  const info = infoOf(key, shape, filter!.shape, attributes)
  const spread = transposedAttributes(info, 1)
  // conv2dTranspose lets a caller ask for a shape that its strides and padding do not give.
  if (!sameShape(info.outShape, dy!.shape) || !padsAreNatural(info) || spread === undefined) return undefined
  if (filter!.shape[2] !== shape[3]) return undefined
  const op = operation(key, () => (graph, inputs) => {
    const [gradient, kept] = inputs as [Operand, Operand]
    if (multipliesForInputGradient(info) && countsAgree(info)) {
      return multipliedInputGradient(graph, gradient, kept, info, shape)
    }
    const pads = inputGradientPads(info)
    if (pads !== undefined) {
      if (isBlockable(graph, info, info.outChannels, info.inChannels)) {
        return blockedInputGradient(graph, gradient, kept, info, pads)
      }
      if (turnsForInputGradient(info)) return turnedInputGradient(graph, gradient, kept, shape, pads)
    }
    const names = [graph.as(gradient, NCHW), graph.as(kept, OIHW)]
    return graph.dense(graph.emit("ConvTranspose", names, spread), "float32", shape, NCHW)
  })
  return recorder.record(op, [recorder.value(dy!), recorder.value(filter!)], shape, "float32")
}

/**
 * dL/dW as a convolution: channels become the batch, the batch becomes the channels, and dy is a filter dilated
 * by the stride. Pads (or a cut) at the end make the result exactly as large as the filter.
 */
const conv2dBackpropFilter: Kernel = ({ x, dy }, attributes, recorder) => {
  const shape: number[] = attributes.filterShape
  if (!allFloat(x, dy) || !usesNHWC(attributes)) return undefined
  const key = keyOf("Conv2DBackpropFilter", x!.shape, shape, attributes)
  const info = infoOf(key, x!.shape, shape, attributes)
  if (!sameShape(info.outShape, dy!.shape) || !padsAreNatural(info)) return undefined
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1 || shape[2] !== x!.shape[3]) return undefined
  const { padInfo: pad, strideHeight, strideWidth } = info
  const bottom = shape[0]! + (info.outHeight - 1) * strideHeight - info.inHeight - pad.top
  const right = shape[1]! + (info.outWidth - 1) * strideWidth - info.inWidth - pad.left
  const op = operation(key, () => (graph, inputs) => {
    const [image, gradient] = inputs as [Operand, Operand]
    if (gathersForFilterGradient(info)) return gatheredFilterGradient(graph, image, gradient, info, shape)
    const turned = turnedFilterGradient(info)
    if (turned !== undefined) return turned(graph, image, gradient, shape)
    if (slidesForFilterGradient(info)) return slidFilterGradient(graph, image, gradient, info, shape)
    const [batch, height, width, channels] = image.shape as [number, number, number, number]
    const used = [batch, height + Math.min(bottom, 0), width + Math.min(right, 0), channels]
    const cut = sliced(graph, image, [0, 0, 0, 0], used)
    const names = [graph.as(cut, CNHW), graph.as(gradient, CNHW)]
    const name = graph.emit("Conv", names, {
      strides: [1, 1],
      dilations: [strideHeight, strideWidth],
      pads: [pad.top, pad.left, Math.max(bottom, 0), Math.max(right, 0)],
      group: 1,
    })
    // [in, out, height, width] to the order in which filters are kept.
    return graph.dense(graph.transpose(name, [1, 0, 2, 3]), "float32", shape, OIHW)
  })
  return recorder.record(op, [recorder.value(x!), recorder.value(dy!)], shape, "float32")
}

/** A depthwise filter [height, width, channels, multiplier] as ONNX takes it: [channels * multiplier, 1, h, w]. */
function depthwiseFilter(graph: Graph, filter: Operand): string {
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number]
  return graph.reshape(graph.as(filter, [2, 3, 0, 1]), [channels * multiplier, 1, height, width])
}

const depthwiseConv2d: Kernel = ({ x, filter }, attributes: ConvAttributes, recorder) => {
  if (!allFloat(x, filter) || !usesNHWC(attributes)) return undefined
  const key = keyOf("DepthwiseConv2dNative", x!.shape, filter!.shape, attributes)
  const info = infoOf(key, x!.shape, filter!.shape, attributes, true)
  if (!padsAreNatural(info) || !countsAgree(info)) return undefined
  const op = operation(key, () => (graph, inputs, value) => {
    const names = [graph.as(inputs[0]!, NCHW), depthwiseFilter(graph, inputs[1]!)]
    const node = graph.emit("Conv", names, forwardAttributes(info, info.inChannels))
    return graph.dense(node, "float32", value.shape, NCHW)
  })
  return recorder.record(op, [recorder.value(x!), recorder.value(filter!)], info.outShape, "float32")
}

const depthwiseBackpropInput: Kernel = ({ dy, filter }, attributes, recorder) => {
  const shape: number[] = attributes.inputShape
  if (!allFloat(dy, filter) || !usesNHWC(attributes)) return undefined
  const key = keyOf("DepthwiseConv2dNativeBackpropInput", shape, filter!.shape, attributes)
  const info = infoOf(key, shape, filter!.shape, attributes, true)
  const spread = transposedAttributes(info, info.inChannels)
  if (!sameShape(info.outShape, dy!.shape) || !padsAreNatural(info) || spread === undefined) return undefined
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) return undefined
  const op = operation(key, () => (graph, inputs) => {
    const names = [graph.as(inputs[0]!, NCHW), depthwiseFilter(graph, inputs[1]!)]
    return graph.dense(graph.emit("ConvTranspose", names, spread), "float32", shape, NCHW)
  })
  return recorder.record(op, [recorder.value(dy!), recorder.value(filter!)], shape, "float32")
}

export const convolutionKernels: KernelTable = {
  Conv2D: conv2d,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  DepthwiseConv2dNative: depthwiseConv2d,
  DepthwiseConv2dNativeBackpropInput: depthwiseBackpropInput,
}
