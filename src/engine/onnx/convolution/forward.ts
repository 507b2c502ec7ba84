import type { Graph } from "../graph/graph.ts"
import { CHWN, NCHW, OIHW } from "../graph/layouts.ts"
import type { Operand } from "../graph/operand.ts"
import { blockedForward, isBlockable } from "./blocked.ts"
import { type ConvInfo, forwardAttributes, outputPixels } from "./geometry.ts"
import { filterMatrix, isLargeFilterOnBatch, patches } from "./patches.ts"
import { coversWholeImage, denseForward } from "./wholeImage.ts"

/** Emits the convolution of `x` `[batch, height, width, in]` with a filter, in the form measured to be fastest. */
export function emitForward(graph: Graph, x: Operand, filter: Operand, info: ConvInfo): Operand {
  if (coversWholeImage(info)) return denseForward(graph, x, filter, info)
  if (isLargeFilterOnBatch(info) && outputPixels(info) > 1 && outputPixels(info) <= 4) {
    return asOneProduct(graph, x, filter, info)
  }
  if (isBlockable(graph, info, info.inChannels, info.outChannels)) {
    return blockedForward(graph, x, filter, info)
  }
  const names = [graph.as(x, NCHW), graph.as(filter, OIHW)]
  const name = graph.emit("Conv", names, forwardAttributes(info, 1))
  return graph.dense(name, "float32", info.outShape, NCHW)
}

/** One matrix product over the batch. */
function asOneProduct(graph: Graph, x: Operand, filter: Operand, info: ConvInfo): Operand {
  const product = graph.emit("Gemm", [filterMatrix(graph, filter, info), patches(graph, x, info)])
  const dims = [info.outChannels, info.outHeight, info.outWidth, info.batchSize]
  return graph.dense(graph.reshape(product, dims), "float32", info.outShape, CHWN)
}
