import type { Graph } from "../graph/graph.ts"
import { IOHW, NCHW, OIHW } from "../graph/layouts.ts"
import type { Operand } from "../graph/operand.ts"
import { blockedInputGradient, isBlockable, isSubPixel, subPixelInputGradient } from "./blocked.ts"
import {
  type ConvInfo,
  countsAgree,
  outputPixels,
  type Pads,
  swappedPads,
  transposedAttributes,
} from "./geometry.ts"
import { filterMatrix, isLargeFilterOnBatch, reversedPlane } from "./patches.ts"
import { coversWholeImage, denseInputGradient } from "./wholeImage.ts"

/** Emits dL/dx of a convolution, which is also conv2dTranspose, in the form measured to be fastest. */
export function emitInputGradient(graph: Graph, dy: Operand, filter: Operand, info: ConvInfo): Operand {
  if (coversWholeImage(info)) return denseInputGradient(graph, dy, filter, info)
  const pixels = outputPixels(info)
  if (isLargeFilterOnBatch(info) && pixels > 1 && pixels <= 16 && countsAgree(info)) {
    return asOneProduct(graph, dy, filter, info)
  }
  const pads = swappedPads(info)
  if (isBlockable(graph, info, info.outChannels, info.inChannels)) {
    if (pads !== undefined) return blockedInputGradient(graph, dy, filter, info, pads)
    if (isSubPixel(info)) return subPixelInputGradient(graph, dy, filter, info)
  }
  if (pads !== undefined) {
    // It unfolds dy's channels, where ConvTranspose folds the image's: faster where dy has far fewer.
    if (info.outChannels * 2 <= info.inChannels) return turned(graph, dy, filter, info, pads)
  }
  const names = [graph.as(dy, NCHW), graph.as(filter, OIHW)]
  const name = graph.emit("ConvTranspose", names, transposedAttributes(info, 1)!)
  return graph.dense(name, "float32", info.inShape, NCHW)
}

/** One matrix product over the batch, whose columns are then added up where they overlap. */
function asOneProduct(graph: Graph, dy: Operand, filter: Operand, info: ConvInfo): Operand {
  const { top, left, bottom, right } = info.padInfo
  const pixels = outputPixels(info)
  const rows = info.inChannels * info.filterHeight * info.filterWidth
  // dy is turned, which is small, and the filter is not: a product that reads its left side transposed is slower.
  const gradient = graph.reshape(graph.as(dy), [info.batchSize * pixels, info.outChannels])
  const product = graph.emit("Gemm", [gradient, filterMatrix(graph, filter, info)])
  const images = graph.transpose(graph.reshape(product, [info.batchSize, pixels, rows]), [0, 2, 1])
  const sizes = [
    graph.integers([info.inHeight, info.inWidth]),
    graph.integers([info.filterHeight, info.filterWidth]),
  ]
  const name = graph.emit("Col2Im", [images, ...sizes], {
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, bottom, right],
  })
  return graph.dense(name, "float32", info.inShape, NCHW)
}

/** dy convolved with the filter turned by 180 degrees. */
function turned(graph: Graph, dy: Operand, filter: Operand, info: ConvInfo, pads: Pads): Operand {
  const names = [graph.as(dy, NCHW), reversedPlane(graph, graph.as(filter, IOHW))]
  return graph.dense(graph.emit("Conv", names, { pads }), "float32", info.inShape, NCHW)
}
