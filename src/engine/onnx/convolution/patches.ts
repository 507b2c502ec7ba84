import type { Graph } from "../graph/graph.ts"
import { CHWN, OIHW } from "../graph/layouts.ts"
import type { Operand } from "../graph/operand.ts"
import { type ConvInfo, endPads, filterSize, isDilated, outputPixels } from "./geometry.ts"

/** Numbers in a filter below which one product over the batch is not worth its extra nodes. */
const largeFilter = 1 << 16

/**
 * Whether reading the filter dominates: ONNX Runtime multiplies image by image, and where an image gives few output
 * pixels and the filter is large, that reads the filter once per image for a matrix product of a few columns.
 */
export function isLargeFilterOnBatch(info: ConvInfo): boolean {
  return info.batchSize > 1 && filterSize(info) >= largeFilter && !isDilated(info)
}

/** The image in CHWN with its pads. */
export function paddedImage(graph: Graph, x: Operand, info: ConvInfo) {
  const { top, left } = info.padInfo
  const bottom = Math.max(0, endPads(info).bottom)
  const right = Math.max(0, endPads(info).right)
  const image = graph.as(x, CHWN)
  const isPadded = top + left + bottom + right > 0
  const pads = graph.integers([0, top, left, 0, 0, bottom, right, 0])
  return {
    name: isPadded ? graph.emit("Pad", [image, pads]) : image,
    height: info.inHeight + top + bottom,
    width: info.inWidth + left + right,
  }
}

/** Patches under the filter as columns: [in * height * width of the filter, rows * columns of the output * batch]. */
export function patches(graph: Graph, x: Operand, info: ConvInfo): string {
  const { filterHeight, filterWidth, strideHeight, strideWidth, outHeight, outWidth } = info
  const { name, height, width } = paddedImage(graph, x, info)
  const pixels = graph.reshape(name, [info.inChannels, height * width, info.batchSize])
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

/** The filter as a matrix: [out, in * height * width]. */
export function filterMatrix(graph: Graph, filter: Operand, info: ConvInfo): string {
  const taps = info.filterHeight * info.filterWidth
  return graph.reshape(graph.as(filter, OIHW), [info.outChannels, info.inChannels * taps])
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
