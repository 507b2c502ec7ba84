import type { Graph } from "../graph/graph.ts"
import { CHWN, CNHW, OIHW } from "../graph/layouts.ts"
import type { Operand } from "../graph/operand.ts"
import { sliced } from "../graph/slice.ts"
import { batchBlockedFilterGradient, isBatchBlockable } from "./batchBlocks.ts"
import { type ConvInfo, endPads, isUnitStride, outputPixels, type Pads, swappedPads } from "./geometry.ts"
import { isLargeFilterOnBatch, paddedImage, patches, reversedPlane } from "./patches.ts"
import { coversWholeImage, denseFilterGradient } from "./wholeImage.ts"

/** Emits dL/dW of a convolution, in the form measured to be fastest, in the order in which filters are kept. */
export function emitFilterGradient(graph: Graph, x: Operand, dy: Operand, info: ConvInfo): Operand {
  if (coversWholeImage(info)) return denseFilterGradient(graph, x, dy, info)
  if (isLargeFilterOnBatch(info) && outputPixels(info) <= 16) return asOneProduct(graph, x, dy, info)
  const pads = swappedPads(info)
  const unfolded = info.outChannels * info.inHeight * info.inWidth
  if (pads !== undefined && unfolded * 4 <= info.inChannels * outputPixels(info)) {
    return turned(graph, x, dy, info, pads)
  }
  if (isBatchBlockable(graph, info)) return batchBlockedFilterGradient(graph, x, dy, info)
  // Few input channels would make the products of the rows thin.
  const isSquarish = info.filterHeight > 1 && info.filterWidth > 1
  if (isUnitStride(info) && isSquarish && info.inChannels >= 3) return byRows(graph, x, dy, info)
  return asConvolution(graph, x, dy, info)
}

/** The image without the rows and columns at the end that no window reads, and the pads that remain. */
export function cutToWindows(graph: Graph, x: Operand, info: ConvInfo): { image: Operand; pads: Pads } {
  const { bottom, right } = endPads(info)
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const used = [batch, height + Math.min(bottom, 0), width + Math.min(right, 0), channels]
  return {
    image: sliced(graph, x, [0, 0, 0, 0], used),
    pads: [info.padInfo.top, info.padInfo.left, Math.max(bottom, 0), Math.max(right, 0)],
  }
}

/**
 * A convolution: channels become the batch, the batch becomes the channels, and dy is a filter dilated by the stride.
 * Pads (or a cut) at the end make the result exactly as large as the filter.
 */
function asConvolution(graph: Graph, x: Operand, dy: Operand, info: ConvInfo): Operand {
  const { image, pads } = cutToWindows(graph, x, info)
  const name = graph.emit("Conv", [graph.as(image, CNHW), graph.as(dy, CNHW)], {
    strides: [1, 1],
    dilations: [info.strideHeight, info.strideWidth],
    pads,
    group: 1,
  })
  // [in, out, height, width] to the order in which filters are kept.
  return graph.dense(graph.transpose(name, [1, 0, 2, 3]), "float32", info.filterShape, OIHW)
}

/** One product over the batch. The patches are those of the forward convolution. */
function asOneProduct(graph: Graph, x: Operand, dy: Operand, info: ConvInfo): Operand {
  const gradient = graph.reshape(graph.as(dy, CHWN), [info.outChannels, outputPixels(info) * info.batchSize])
  const product = graph.emit("Gemm", [gradient, patches(graph, x, info)], { transB: 1 })
  const shape = info.filterShape
  const dims = OIHW.map((axis) => shape[axis]!)
  return graph.dense(graph.reshape(product, dims), "float32", shape, OIHW)
}

/**
 * Slides x over dy instead of dy over x: the result is turned by 180 degrees. It unfolds dy's channels and not x's:
 * faster where dy has far fewer.
 */
function turned(graph: Graph, x: Operand, dy: Operand, info: ConvInfo, pads: Pads): Operand {
  const name = graph.emit("Conv", [graph.as(dy, CNHW), graph.as(x, CNHW)], { pads })
  return graph.dense(reversedPlane(graph, name), "float32", info.filterShape, OIHW)
}

/** One product for every row of the filter, for stride 1. */
function byRows(graph: Graph, x: Operand, dy: Operand, info: ConvInfo): Operand {
  const { inChannels, outChannels, filterHeight, filterWidth, outHeight, outWidth, batchSize } = info
  const { name: padded, height } = paddedImage(graph, x, info)
  const along = (name: string, axis: number, begin: number, size: number) =>
    graph.emit("Slice", [
      name,
      graph.integers([begin]),
      graph.integers([begin + size]),
      graph.integers([axis]),
    ])
  // All columns of the filter first: then the windows of one row of it lie together, in long runs.
  const columns = Array.from({ length: filterWidth }, (_, column) =>
    graph.reshape(along(padded, 2, column, outWidth), [inChannels, 1, height, outWidth * batchSize]),
  )
  const windows = graph.emit("Concat", columns, { axis: 1 })
  const pixels = outputPixels(info) * batchSize
  const gradient = graph.reshape(graph.as(dy, CHWN), [outChannels, pixels])
  const rows = Array.from({ length: filterHeight }, (_, row) => {
    const patch = graph.reshape(along(windows, 2, row, outHeight), [inChannels * filterWidth, pixels])
    const product = graph.emit("Gemm", [gradient, patch], { transB: 1 })
    return graph.reshape(product, [1, outChannels, inChannels, filterWidth])
  })
  // Rows of the filter in front: they are joined in long runs, and what uses the filter takes it from any order.
  return graph.dense(graph.emit("Concat", rows, { axis: 0 }), "float32", info.filterShape, [0, 3, 2, 1])
}
