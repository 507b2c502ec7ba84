import type { Graph } from "../graph/graph.ts"
import { CNHW, IOHW, NCHW } from "../graph/layouts.ts"
import type { Operand } from "../graph/operand.ts"
import { nchwc } from "./blocked.ts"
import { type ConvInfo, endPads, isUnitStride } from "./geometry.ts"

/** Rows of dy that one convolution takes: its filter then stays in the processor's cache. */
const rowsAtOnce = 2

/** Whether dL/dW is faster with the batch in blocks: stride 1, and a batch of two blocks or more. */
export function isBatchBlockable(graph: Graph, info: ConvInfo): boolean {
  const block = graph.channelBlock
  if (block === undefined || !isUnitStride(info) || info.filterHeight * info.filterWidth === 1) return false
  if (info.batchSize % block !== 0 || info.batchSize < 2 * block || info.outChannels % block !== 0)
    return false
  const { bottom, right } = endPads(info)
  return info.inChannels >= 3 && bottom >= 0 && right >= 0
}

/**
 * dL/dW of a stride-1 convolution as convolutions in blocks (see `blocked.ts`) in which the batch stands for the
 * channels, the channels for the batch, and dy for the filter: a few rows of dy at a time, added up as they come.
 */
export function batchBlockedFilterGradient(graph: Graph, x: Operand, dy: Operand, info: ConvInfo): Operand {
  const { batchSize, inChannels, outChannels, inHeight, inWidth, outHeight, outWidth } = info
  const { filterHeight, filterWidth, padInfo } = info
  const block = graph.channelBlock!
  const swapped = graph.emit(`${nchwc}:ReorderInput`, [graph.as(x, CNHW)])
  const image = graph.reshape(swapped, [inChannels, batchSize / block, inHeight, inWidth * block])
  const gradient = graph.emit(`${nchwc}:ReorderInput`, [graph.as(dy, NCHW)])
  const split = [batchSize / block, block, outChannels / block, outHeight * outWidth, block]
  const filters = graph.reshape(graph.transpose(graph.reshape(gradient, split), [2, 0, 3, 1, 4]), [
    outChannels / block,
    batchSize / block,
    outHeight,
    outWidth * block * block,
  ])
  const rowsOf = (name: string, begin: number, end: number) =>
    graph.emit("Slice", [name, graph.integers([begin]), graph.integers([end]), graph.integers([2])])
  const right = endPads(info).right
  let sum: string | undefined
  for (let row = 0; row < outHeight; row += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, outHeight - row)
    const first = row - padInfo.top
    const end = first + rows + filterHeight - 1
    const [from, to] = [Math.max(0, first), Math.min(inHeight, end)]
    const part = graph.reshape(rowsOf(image, from, to), [inChannels, batchSize, to - from, inWidth])
    const filter = graph.reshape(rowsOf(filters, row, row + rows), [outChannels, batchSize, rows, outWidth])
    sum = graph.emit(`${nchwc}:Conv`, sum === undefined ? [part, filter] : [part, filter, "", sum], {
      kernel_shape: [rows, outWidth],
      strides: [1, 1],
      dilations: [1, 1],
      pads: [from - first, padInfo.left, end - to, right],
      group: 1,
    })
  }
  const name = graph.emit(`${nchwc}:ReorderOutput`, [sum!], { channels: outChannels })
  const dims = [inChannels, outChannels, filterHeight, filterWidth]
  return graph.dense(graph.reshape(name, dims), "float32", info.filterShape, IOHW)
}
