import type { Graph } from "../graph/graph.ts"
import { NCHW, OIHW } from "../graph/layouts.ts"
import type { Operand } from "../graph/operand.ts"
import { type ConvInfo, isDilated } from "./geometry.ts"
import { filterMatrix } from "./patches.ts"

/**
 * A convolution whose one window is the whole image is a dense layer: the last of a discriminator, and, as a
 * transposed convolution, the first of a generator.
 */
export function coversWholeImage(info: ConvInfo): boolean {
  const { top, left, bottom, right } = info.padInfo
  const isBare = Math.max(top, left, bottom, right) === 0 && !isDilated(info)
  return isBare && info.inHeight === info.filterHeight && info.inWidth === info.filterWidth
}

/** Every image as a row: [batch, in * height * width]. */
function rows(graph: Graph, x: Operand, info: ConvInfo): string {
  return graph.reshape(graph.as(x, NCHW), [info.batchSize, info.inChannels * info.inHeight * info.inWidth])
}

function gradientRows(graph: Graph, dy: Operand, info: ConvInfo): string {
  return graph.reshape(graph.as(dy, NCHW), [info.batchSize, info.outChannels])
}

export function denseForward(graph: Graph, x: Operand, filter: Operand, info: ConvInfo): Operand {
  const product = graph.emit("Gemm", [rows(graph, x, info), filterMatrix(graph, filter, info)], { transB: 1 })
  const name = graph.reshape(product, [info.batchSize, info.outChannels, 1, 1])
  return graph.dense(name, "float32", info.outShape, NCHW)
}

export function denseInputGradient(graph: Graph, dy: Operand, filter: Operand, info: ConvInfo): Operand {
  const product = graph.emit("Gemm", [gradientRows(graph, dy, info), filterMatrix(graph, filter, info)])
  const name = graph.reshape(product, [info.batchSize, info.inChannels, info.inHeight, info.inWidth])
  return graph.dense(name, "float32", info.inShape, NCHW)
}

export function denseFilterGradient(graph: Graph, x: Operand, dy: Operand, info: ConvInfo): Operand {
  const product = graph.emit("Gemm", [gradientRows(graph, dy, info), rows(graph, x, info)], { transA: 1 })
  const name = graph.reshape(product, [
    info.outChannels,
    info.inChannels,
    info.filterHeight,
    info.filterWidth,
  ])
  return graph.dense(name, "float32", info.filterShape, OIHW)
}
