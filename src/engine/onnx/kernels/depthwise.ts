import { cutToWindows } from "../convolution/filterGradient.ts"
import {
  countsAgree,
  forwardAttributes,
  isDilated,
  padsAreNatural,
  transposedAttributes,
} from "../convolution/geometry.ts"
import type { Graph } from "../graph/graph.ts"
import { CNHW, NCHW } from "../graph/layouts.ts"
import { type Operand, sameShape } from "../graph/operand.ts"
import { operation } from "../operation.ts"
import { type ConvAttributes, geometryOf, usesNHWC } from "./convolution.ts"
import { allFloat, type Kernel, type KernelTable } from "./kernel.ts"

/** Physical order of a depthwise filter [height, width, channels, multiplier]: channels and multiplier in front. */
const channelsFirst = [2, 3, 0, 1]

/** The filter as ONNX takes it: [channels * multiplier, 1, height, width]. */
function depthwiseFilter(graph: Graph, filter: Operand): string {
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number]
  return graph.reshape(graph.as(filter, channelsFirst), [channels * multiplier, 1, height, width])
}

const depthwiseConv2d: Kernel = ({ x, filter }, attributes: ConvAttributes, recorder) => {
  if (!allFloat(x, filter) || !usesNHWC(attributes)) return undefined
  const { key, info } = geometryOf("DepthwiseConv2dNative", x!.shape, filter!.shape, attributes, true)
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
  const { key, info } = geometryOf(
    "DepthwiseConv2dNativeBackpropInput",
    shape,
    filter!.shape,
    attributes,
    true,
  )
  const spread = transposedAttributes(info, info.inChannels)
  if (!sameShape(info.outShape, dy!.shape) || !padsAreNatural(info) || spread === undefined) return undefined
  if (isDilated(info)) return undefined
  const op = operation(key, () => (graph, inputs) => {
    const names = [graph.as(inputs[0]!, NCHW), depthwiseFilter(graph, inputs[1]!)]
    return graph.dense(graph.emit("ConvTranspose", names, spread), "float32", shape, NCHW)
  })
  return recorder.record(op, [recorder.value(dy!), recorder.value(filter!)], shape, "float32")
}

/** As for other convolutions, with a group for every channel: the batch becomes the channels of the group. */
const depthwiseBackpropFilter: Kernel = ({ x, dy }, attributes, recorder) => {
  const shape: number[] = attributes.filterShape
  if (!allFloat(x, dy) || !usesNHWC(attributes)) return undefined
  const { key, info } = geometryOf("DepthwiseConv2dNativeBackpropFilter", x!.shape, shape, attributes, true)
  if (!sameShape(info.outShape, dy!.shape) || !padsAreNatural(info) || isDilated(info)) return undefined
  const [filterHeight, filterWidth, channels, multiplier] = shape as [number, number, number, number]
  const op = operation(key, () => (graph, [whole, gradient]) => {
    const { image, pads } = cutToWindows(graph, whole!, info)
    const [batch, height, width] = image.shape as [number, number, number, number]
    const grouped = graph.reshape(graph.as(image, CNHW), [1, channels * batch, height, width])
    const attributes = { dilations: [info.strideHeight, info.strideWidth], pads, group: channels }
    const name = graph.emit("Conv", [grouped, graph.as(gradient!, CNHW)], attributes)
    const dims = [channels, multiplier, filterHeight, filterWidth]
    return graph.dense(graph.reshape(name, dims), "float32", shape, channelsFirst)
  })
  return recorder.record(op, [recorder.value(x!), recorder.value(dy!)], shape, "float32")
}

export const depthwiseKernels: KernelTable = {
  DepthwiseConv2dNative: depthwiseConv2d,
  DepthwiseConv2dNativeBackpropFilter: depthwiseBackpropFilter,
  DepthwiseConv2dNativeBackpropInput: depthwiseBackpropInput,
}
