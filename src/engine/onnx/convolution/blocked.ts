import type { Graph } from "../graph.ts"
import { NCHW, OIHW } from "../layouts.ts"
import type { Operand } from "../operand.ts"
import { type ConvInfo, filterSize, outputPixels, type Pads } from "./geometry.ts"
import { reversedPlane } from "./patches.ts"

/**
 * Convolutions over images whose channels lie in blocks of as many as a vector register holds: ONNX Runtime's own
 * inner format, which its optimiser gives to convolutions with constant filters only. It multiplies without
 * unfolding the image. Filters that are trained are reordered by a Transpose.
 */

const nchwc = "com.microsoft.nchwc"

/** Numbers in the filter for one output pixel beyond which reordering the filter costs more than is won. */
const filterToPixels = 20

/** Whether the blocked form was measured to be faster (`bench/convolution-forms.ts`). */
export function isBlockable(graph: Graph, info: ConvInfo, inChannels: number, outChannels: number): boolean {
  const block = graph.channelBlock
  if (block === undefined || outChannels % block !== 0) return false
  const taps = info.filterHeight * info.filterWidth
  if (taps === 1 || (inChannels % block !== 0 && inChannels >= block)) return false
  // One channel: unfolding costs nothing.
  if (inChannels < 3) return false
  return filterSize(info) < filterToPixels * info.batchSize * outputPixels(info)
}

interface Windows {
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  readonly pads: Pads
}

/** The convolution of `x` with a filter `[height, width, in, out]`. */
export function blockedForward(graph: Graph, x: Operand, filter: Operand, info: ConvInfo): Operand {
  const { top, left, bottom, right } = info.padInfo
  const blocks = blocksOf(graph, graph.as(x, NCHW), info.inChannels)
  const reordered = reorderedFilter(graph, graph.as(filter, OIHW), filterDims(info), "forward")
  const name = convolved(graph, blocks, reordered, info, info.outChannels, {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  })
  return graph.dense(name, "float32", info.outShape, NCHW)
}

/** dL/dx of a stride-1 convolution: dy convolved with the filter turned by 180 degrees. */
export function blockedInputGradient(
  graph: Graph,
  dy: Operand,
  filter: Operand,
  info: ConvInfo,
  pads: Pads,
): Operand {
  const blocks = blocksOf(graph, graph.as(dy, NCHW), info.outChannels)
  const turned = reversedPlane(graph, graph.as(filter, OIHW))
  const reordered = reorderedFilter(graph, turned, filterDims(info), "backward")
  const windows = { strides: [1, 1], dilations: [1, 1], pads } as const
  const name = convolved(graph, blocks, reordered, info, info.inChannels, windows)
  return graph.dense(name, "float32", info.inShape, NCHW)
}

function convolved(
  graph: Graph,
  image: string,
  filter: string,
  { filterHeight, filterWidth }: ConvInfo,
  outChannels: number,
  windows: Windows,
): string {
  const attributes = { ...windows, kernel_shape: [filterHeight, filterWidth], group: 1 }
  const product = graph.emit(`${nchwc}:Conv`, [image, filter], attributes)
  return graph.emit(`${nchwc}:ReorderOutput`, [product], { channels: outChannels })
}

/** An image in NCHW with its channels in blocks; one with less than a block of channels is taken as it is. */
function blocksOf(graph: Graph, image: string, channels: number): string {
  return channels < graph.channelBlock! ? image : graph.emit(`${nchwc}:ReorderInput`, [image])
}

function filterDims(info: ConvInfo): [number, number, number, number] {
  return [info.outChannels, info.inChannels, info.filterHeight, info.filterWidth]
}

/**
 * A filter in blocks: over blocks of the result's channels, blocks of the image's channels, height, width; within
 * them the place of the image's channel, then that of the result's.
 * @param dims out, in, height, width
 * @param direction `backward` convolves the gradient, whose channels are the filter's `out`
 */
function reorderedFilter(
  graph: Graph,
  filter: string,
  [out, input, height, width]: readonly [number, number, number, number],
  direction: "forward" | "backward",
): string {
  const block = graph.channelBlock!
  const split = (channels: number) => (channels < block ? [channels, 1] : [channels / block, block])
  const blocks = graph.reshape(filter, [...split(out), ...split(input), height, width])
  const order = direction === "forward" ? [0, 2, 4, 5, 3, 1] : [2, 0, 4, 5, 1, 3]
  const dims = direction === "forward" ? [out, input, height, width] : [input, out, height, width]
  return graph.reshape(graph.transpose(blocks, order), dims)
}
