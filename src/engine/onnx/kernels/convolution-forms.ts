import type { backend_util } from "../../tf.ts"
import type { Graph } from "../graph.ts"
import type { Operand } from "../operand.ts"

/**
 * Other ways to write a convolution as ONNX nodes, and the shapes for which each was measured to be faster than
 * Conv and ConvTranspose (`bench/convolution-forms.ts`). Every one is exact: only the order of sums differs.
 *
 * ONNX Runtime multiplies image by image. Where an image gives few output pixels and the filter is large, that
 * reads the filter once per image for a matrix product of a few columns: one product over the batch is better.
 */

type ConvInfo = backend_util.Conv2DInfo

/** Channels, height, width, batch: a pixel's batch lies together, so that a batch of patches is gathered in runs. */
export const CHWN = [3, 1, 2, 0]
const CNHW = [3, 0, 1, 2]
const NCHW = [0, 3, 1, 2]
const OIHW = [3, 2, 0, 1]

/** Numbers in a filter below which no form is worth its extra nodes. */
const largeFilter = 1 << 16

function isLargeFilterOnBatch(info: ConvInfo): boolean {
  const numbers = info.inChannels * info.outChannels * info.filterHeight * info.filterWidth
  return info.batchSize > 1 && numbers >= largeFilter && !isDilated(info)
}

function isDilated(info: ConvInfo): boolean {
  return info.dilationHeight !== 1 || info.dilationWidth !== 1
}

function outputPixels(info: ConvInfo): number {
  return info.outHeight * info.outWidth
}

export function gathersForward(info: ConvInfo): boolean {
  return isLargeFilterOnBatch(info) && outputPixels(info) > 1 && outputPixels(info) <= 4
}

export function gathersForFilterGradient(info: ConvInfo): boolean {
  return isLargeFilterOnBatch(info) && outputPixels(info) <= 16
}

export function multipliesForInputGradient(info: ConvInfo): boolean {
  return isLargeFilterOnBatch(info) && outputPixels(info) > 1 && outputPixels(info) <= 16
}

/** Pads at the end with which the last window of `count` ends exactly at the border, or before it. */
function padsAtEnd(size: number, kernel: number, stride: number, count: number, begin: number): number {
  return Math.max(0, (count - 1) * stride + kernel - size - begin)
}

/** Patches under the filter as columns: [in * height * width of the filter, rows * columns of the output * batch]. */
function patches(graph: Graph, x: Operand, info: ConvInfo): string {
  const { filterHeight, filterWidth, strideHeight, strideWidth, outHeight, outWidth, padInfo } = info
  const bottom = padsAtEnd(info.inHeight, filterHeight, strideHeight, outHeight, padInfo.top)
  const right = padsAtEnd(info.inWidth, filterWidth, strideWidth, outWidth, padInfo.left)
  const height = info.inHeight + padInfo.top + bottom
  const width = info.inWidth + padInfo.left + right
  const image = graph.as(x, CHWN)
  const isPadded = height !== info.inHeight || width !== info.inWidth
  const padded = isPadded
    ? graph.emit("Pad", [image, graph.integers([0, padInfo.top, padInfo.left, 0, 0, bottom, right, 0])])
    : image
  const pixels = graph.reshape(padded, [info.inChannels, height * width, info.batchSize])
  const indices: bigint[] = []
  for (let i = 0; i < filterHeight; i++)
    for (let j = 0; j < filterWidth; j++)
      for (let row = 0; row < outHeight; row++)
        for (let column = 0; column < outWidth; column++)
          indices.push(BigInt((row * strideHeight + i) * width + column * strideWidth + j))
  const taps = filterHeight * filterWidth
  const places = graph.initializer("int64", [taps, outputPixels(info)], new BigInt64Array(indices))
  const gathered = graph.emit("Gather", [pixels, places], { axis: 1 })
  return graph.reshape(gathered, [info.inChannels * taps, outputPixels(info) * info.batchSize])
}

function matrixOf(graph: Graph, filter: Operand, info: ConvInfo): string {
  const taps = info.filterHeight * info.filterWidth
  return graph.reshape(graph.as(filter, OIHW), [info.outChannels, info.inChannels * taps])
}

/** The convolution as one product over the batch. */
export function gatheredForward(graph: Graph, x: Operand, filter: Operand, info: ConvInfo): Operand {
  const product = graph.emit("Gemm", [matrixOf(graph, filter, info), patches(graph, x, info)])
  const dims = [info.outChannels, info.outHeight, info.outWidth, info.batchSize]
  return graph.dense(graph.reshape(product, dims), "float32", info.outShape, CHWN)
}

/** dL/dW as one product over the batch, in the order in which filters are kept. The patches are the forward ones. */
export function gatheredFilterGradient(
  graph: Graph,
  x: Operand,
  dy: Operand,
  info: ConvInfo,
  shape: readonly number[],
): Operand {
  const gradient = graph.reshape(graph.as(dy, CHWN), [info.outChannels, outputPixels(info) * info.batchSize])
  const product = graph.emit("Gemm", [gradient, patches(graph, x, info)], { transB: 1 })
  const dims = OIHW.map((axis) => shape[axis]!)
  return graph.dense(graph.reshape(product, dims), "float32", shape, OIHW)
}

/** dL/dx as one product over the batch, whose columns are then added up where they overlap. */
export function multipliedInputGradient(
  graph: Graph,
  dy: Operand,
  filter: Operand,
  info: ConvInfo,
  shape: readonly number[],
): Operand {
  const { top, left, bottom, right } = info.padInfo
  const pixels = outputPixels(info)
  const gradient = graph.reshape(graph.as(dy, CNHW), [info.outChannels, info.batchSize * pixels])
  const product = graph.emit("Gemm", [matrixOf(graph, filter, info), gradient], { transA: 1 })
  const rows = info.inChannels * info.filterHeight * info.filterWidth
  const images = graph.transpose(graph.reshape(product, [rows, info.batchSize, pixels]), [1, 0, 2])
  const name = graph.emit(
    "Col2Im",
    [
      images,
      graph.integers([info.inHeight, info.inWidth]),
      graph.integers([info.filterHeight, info.filterWidth]),
    ],
    { strides: [info.strideHeight, info.strideWidth], pads: [top, left, bottom, right] },
  )
  return graph.dense(name, "float32", shape, NCHW)
}

/** The array of rank 4 with its last two axes reversed: filters turned by 180 degrees. */
export function reversedPlane(graph: Graph, name: string): string {
  const beforeStart = -(2 ** 31)
  return graph.emit("Slice", [
    name,
    graph.integers([-1, -1]),
    graph.integers([beforeStart, beforeStart]),
    graph.integers([2, 3]),
    graph.integers([-1, -1]),
  ])
}

function isUnitStride(info: ConvInfo): boolean {
  return info.strideHeight === 1 && info.strideWidth === 1 && !isDilated(info)
}

/**
 * Pads of the convolution that swaps the roles of two arrays of a stride-1 convolution: what is left of the
 * filter beyond the forward padding. Undefined where the forward padding is more than the filter.
 */
function swappedPads(info: ConvInfo): { top: number; left: number } | undefined {
  const top = info.filterHeight - 1 - info.padInfo.top
  const left = info.filterWidth - 1 - info.padInfo.left
  return top < 0 || left < 0 ? undefined : { top, left }
}

/**
 * Pads (top, left, bottom, right) with which dL/dx of a stride-1 convolution is the convolution of dy with the
 * filter turned by 180 degrees. Undefined where that needs a cut.
 */
export function inputGradientPads(info: ConvInfo): [number, number, number, number] | undefined {
  const pads = swappedPads(info)
  if (!isUnitStride(info) || pads === undefined) return undefined
  const bottom = info.inHeight + info.filterHeight - 1 - info.outHeight - pads.top
  const right = info.inWidth + info.filterWidth - 1 - info.outWidth - pads.left
  return bottom < 0 || right < 0 ? undefined : [pads.top, pads.left, bottom, right]
}

/** Whether the turned filter is faster than ConvTranspose: it unfolds dy's channels, the other folds the image's. */
export function turnsForInputGradient(info: ConvInfo): boolean {
  return info.outChannels * 2 <= info.inChannels
}

/** dL/dx of a stride-1 convolution with the turned filter. */
export function turnedInputGradient(
  graph: Graph,
  dy: Operand,
  filter: Operand,
  shape: readonly number[],
  pads: readonly number[],
): Operand {
  // The filter as [in, out, height, width].
  const names = [graph.as(dy, NCHW), reversedPlane(graph, graph.as(filter, [2, 3, 0, 1]))]
  return graph.dense(graph.emit("Conv", names, { pads }), "float32", shape, NCHW)
}

/**
 * dL/dW of a stride-1 convolution by sliding x over dy instead of dy over x: the result is turned by 180 degrees.
 * It unfolds dy's channels and not x's: faster where dy has far fewer. Undefined otherwise.
 */
export function turnedFilterGradient(
  info: ConvInfo,
): ((graph: Graph, x: Operand, dy: Operand, shape: readonly number[]) => Operand) | undefined {
  const pads = swappedPads(info)
  if (!isUnitStride(info) || pads === undefined) return undefined
  const unfolded = info.outChannels * info.inHeight * info.inWidth
  if (unfolded * 4 > info.inChannels * outputPixels(info)) return undefined
  const bottom = info.inHeight + info.filterHeight - 1 - info.outHeight - pads.top
  const right = info.inWidth + info.filterWidth - 1 - info.outWidth - pads.left
  if (bottom < 0 || right < 0) return undefined
  return (graph, x, dy, shape) => {
    const names = [graph.as(dy, CNHW), graph.as(x, CNHW)]
    const name = graph.emit("Conv", names, { pads: [pads.top, pads.left, bottom, right] })
    return graph.dense(reversedPlane(graph, name), "float32", shape, OIHW)
  }
}

/** Whether dL/dW is faster by rows: not where so few input channels make the products thin. */
export function slidesForFilterGradient(info: ConvInfo): boolean {
  return isUnitStride(info) && info.filterHeight > 1 && info.filterWidth > 1 && info.inChannels >= 3
}

/** dL/dW of a stride-1 convolution as one product for every row of the filter. */
export function slidFilterGradient(
  graph: Graph,
  x: Operand,
  dy: Operand,
  info: ConvInfo,
  shape: readonly number[],
): Operand {
  const { inChannels, outChannels, filterHeight, filterWidth, outHeight, outWidth, batchSize, padInfo } = info
  const top = padInfo.top
  const bottom = padsAtEnd(info.inHeight, filterHeight, 1, outHeight, top)
  const right = padsAtEnd(info.inWidth, filterWidth, 1, outWidth, padInfo.left)
  const image = graph.as(x, CHWN)
  const isPadded = top + bottom + padInfo.left + right > 0
  const padded = isPadded
    ? graph.emit("Pad", [image, graph.integers([0, top, padInfo.left, 0, 0, bottom, right, 0])])
    : image
  const height = info.inHeight + top + bottom
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
  const pixels = outHeight * outWidth * batchSize
  const gradient = graph.reshape(graph.as(dy, CHWN), [outChannels, pixels])
  const rows = Array.from({ length: filterHeight }, (_, row) => {
    const patch = graph.reshape(along(windows, 2, row, outHeight), [inChannels * filterWidth, pixels])
    const product = graph.emit("Gemm", [gradient, patch], { transB: 1 })
    return graph.reshape(product, [outChannels, inChannels, 1, filterWidth])
  })
  return graph.dense(graph.emit("Concat", rows, { axis: 2 }), "float32", shape, OIHW)
}
