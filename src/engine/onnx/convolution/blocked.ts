import type { Graph } from "../graph/graph.ts"
import { NCHW } from "../graph/layouts.ts"
import type { Operand } from "../graph/operand.ts"
import { filledUp, reorderedFilter } from "./blockedFilter.ts"
import { type ConvInfo, isDilated, outputPixels, type Pads } from "./geometry.ts"

/**
 * Convolutions over images whose channels lie in blocks of as many as a vector register holds: ONNX Runtime's own
 * inner format, which its optimiser gives to convolutions with constant filters only. It multiplies without
 * unfolding the image. Filters that are trained are reordered at every use.
 */

/** Domain of the operations on images in blocks. */
export const nchwc = "com.microsoft.nchwc"

/** Output pixels of the batch below which reordering the filter costs more than is won. */
const fewestPixels = 256

/** Whether the blocked form was measured to be faster (`bench/blockedConvolutions.ts`). */
export function isBlockable(graph: Graph, info: ConvInfo, inChannels: number, outChannels: number): boolean {
  const block = graph.channelBlock
  // Fewer channels than a block are filled up with zeros.
  if (block === undefined || (outChannels % block !== 0 && outChannels > block)) return false
  if (info.filterHeight * info.filterWidth === 1) return false
  // Fewer channels than a block are taken as they are; of one or two, unfolding costs nothing.
  if (inChannels < 3 || (inChannels % block !== 0 && inChannels > block)) return false
  return info.batchSize * outputPixels(info) >= fewestPixels
}

/** The convolution of `x` with a filter `[height, width, in, out]`. */
export function blockedForward(graph: Graph, x: Operand, filter: Operand, info: ConvInfo): Operand {
  const { filterHeight: height, filterWidth: width, inChannels, outChannels } = info
  const { top, left, bottom, right } = info.padInfo
  const image = blocksOf(graph, graph.as(x, NCHW), inChannels)
  const reordered = reorderedFilter(graph, filter, {
    name: "forward",
    dims: [outChannels, inChannels, height, width],
    pick: (place, to, from, row, column) => place(row, column, from, to),
  })
  const name = graph.emit(`${nchwc}:Conv`, [image, reordered], {
    kernel_shape: [height, width],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
    group: 1,
  })
  return graph.dense(inPlanes(graph, name, outChannels), "float32", info.outShape, NCHW)
}

/** dL/dx of a stride-1 convolution: dy convolved with the filter turned by 180 degrees. */
export function blockedInputGradient(
  graph: Graph,
  dy: Operand,
  filter: Operand,
  info: ConvInfo,
  pads: Pads,
): Operand {
  const { filterHeight: height, filterWidth: width, inChannels, outChannels } = info
  const image = blocksOf(graph, graph.as(dy, NCHW), outChannels)
  const turned = reorderedFilter(graph, filter, {
    name: "turned",
    dims: [inChannels, outChannels, height, width],
    pick: (place, to, from, row, column) => place(height - 1 - row, width - 1 - column, to, from),
  })
  const name = graph.emit(`${nchwc}:Conv`, [image, turned], {
    kernel_shape: [height, width],
    strides: [1, 1],
    dilations: [1, 1],
    pads,
    group: 1,
  })
  return graph.dense(inPlanes(graph, name, inChannels), "float32", info.inShape, NCHW)
}

/** Whether dL/dx is a depth-to-space of one stride-1 convolution: the filter is whole strides long. */
export function isSubPixel(info: ConvInfo): boolean {
  const { strideHeight, strideWidth, filterHeight, filterWidth } = info
  if (isDilated(info) || strideHeight * strideWidth === 1) return false
  if (filterHeight % strideHeight !== 0 || filterWidth % strideWidth !== 0) return false
  const { rows, columns } = phases(info)
  return rows >= info.outHeight && columns >= info.outWidth
}

/** Positions of the windows, in strides, that pixels of the image are counted from; see `subPixelInputGradient`. */
function phases(info: ConvInfo): { readonly rows: number; readonly columns: number } {
  return {
    rows: Math.floor((info.padInfo.top + info.inHeight - 1) / info.strideHeight) + 1,
    columns: Math.floor((info.padInfo.left + info.inWidth - 1) / info.strideWidth) + 1,
  }
}

/**
 * dL/dx of a convolution of stride s as a stride-1 convolution whose channels are then laid out as pixels (Shi et al.
 * 2016, section 3.2). Counted from the first padded pixel, pixel v = q s + r gets the sum over t of dy[q - t] times
 * the filter's row r + s t: for every r one convolution with k / s taps, and the image is cut out of the result.
 */
export function subPixelInputGradient(graph: Graph, dy: Operand, filter: Operand, info: ConvInfo): Operand {
  const { strideHeight, strideWidth, inChannels, outChannels, inHeight, inWidth, batchSize } = info
  const { filterHeight, filterWidth, outHeight, outWidth, padInfo } = info
  const [tapRows, tapColumns] = [filterHeight / strideHeight, filterWidth / strideWidth]
  const { rows, columns } = phases(info)
  const image = blocksOf(graph, graph.as(dy, NCHW), outChannels)
  const block = graph.channelBlock!
  // Every phase has whole blocks of its own; where the image has fewer channels, some are never read.
  const filled = filledUp(inChannels, block)
  const reordered = reorderedFilter(graph, filter, {
    name: `phases ${strideHeight} ${strideWidth}`,
    dims: [strideHeight * strideWidth * filled, outChannels, tapRows, tapColumns],
    pick(place, to, from, i, j) {
      const phase = Math.floor(to / filled)
      const row = Math.floor(phase / strideWidth) + strideHeight * (tapRows - 1 - i)
      const column = (phase % strideWidth) + strideWidth * (tapColumns - 1 - j)
      return place(row, column, Math.min(to % filled, inChannels - 1), from)
    },
  })
  const name = graph.emit(`${nchwc}:Conv`, [image, reordered], {
    kernel_shape: [tapRows, tapColumns],
    strides: [1, 1],
    dilations: [1, 1],
    pads: [tapRows - 1, tapColumns - 1, rows - outHeight, columns - outWidth],
    group: 1,
  })
  const split = [batchSize, strideHeight, strideWidth, filled / block, rows, columns, block]
  const laid = graph.transpose(graph.reshape(name, split), [0, 3, 4, 1, 5, 2, 6])
  const whole = [batchSize, filled / block, rows * strideHeight, columns * strideWidth, block]
  const cut = graph.emit("Slice", [
    graph.reshape(laid, whole),
    graph.integers([padInfo.top, padInfo.left]),
    graph.integers([padInfo.top + inHeight, padInfo.left + inWidth]),
    graph.integers([2, 3]),
  ])
  const blocks = graph.reshape(cut, [batchSize, filled, inHeight, inWidth])
  return graph.dense(inPlanes(graph, blocks, inChannels), "float32", info.inShape, NCHW)
}

/** An image in NCHW with its channels in blocks; one with less than a block of channels is taken as it is. */
function blocksOf(graph: Graph, image: string, channels: number): string {
  return channels < graph.channelBlock! ? image : graph.emit(`${nchwc}:ReorderInput`, [image])
}

/** Back to NCHW. */
function inPlanes(graph: Graph, blocks: string, channels: number): string {
  return graph.emit(`${nchwc}:ReorderOutput`, [blocks], { channels })
}
