import { backend_util } from "../../tf.ts"
import { NCHW } from "../graph/layouts.ts"
import { sameShape, sizeOf, transposed } from "../graph/operand.ts"
import { reshaped } from "../graph/reshape.ts"
import { sliced } from "../graph/slice.ts"
import type { Lower } from "../operation.ts"
import type { Kernel, KernelTable } from "./kernel.ts"
import { type Paddings, padded } from "./pad.ts"
import { record } from "./shape.ts"

/** Channels become blocks of pixels. */
const depthToSpace: Kernel = ({ x }, { blockSize, dataFormat }, recorder) => {
  if (dataFormat !== "NHWC") return undefined
  const [batch, height, width, depth] = x!.shape as [number, number, number, number]
  const channels = depth / (blockSize * blockSize)
  const shape = [batch, height * blockSize, width * blockSize, channels]
  const lower: Lower = (graph, [operand]) => {
    const dense = graph.full(operand!)
    if (sameShape(dense.perm, NCHW) && dense.dtype === "float32") {
      const name = graph.emit("DepthToSpace", [dense.name], { blocksize: blockSize, mode: "DCR" })
      return graph.dense(name, dense.dtype, shape, NCHW)
    }
    const blocks = reshaped(graph, dense, [batch, height, width, blockSize, blockSize, channels])
    return reshaped(graph, transposed(blocks, [0, 1, 3, 2, 4, 5]), shape)
  }
  return record(recorder, `DepthToSpace ${blockSize} ${x!.shape.join()}`, () => lower, x!, shape)
}

const spaceToBatch: Kernel = ({ x }, attributes, recorder) => {
  const block: readonly number[] = [...attributes.blockShape]
  const inner = attributes.paddings as [number, number][]
  const paddings: Paddings = x!.shape.map((_, axis) => {
    const [before, after] = (axis === 0 ? undefined : inner[axis - 1]) ?? [0, 0]
    return [before, after] as const
  })
  if (paddings.some((pair) => Math.min(...pair) < 0)) return undefined
  const whole = x!.shape.map((extent, axis) => extent + paddings[axis]![0] + paddings[axis]![1])
  if (block.some((size, i) => whole[i + 1]! % size !== 0)) return undefined
  const product = sizeOf(block)
  const split = backend_util.getReshaped(whole, block as number[], product, false)
  const order = backend_util.getPermuted(split.length, block.length, false)
  const shape = backend_util.getReshapedPermuted(whole, block as number[], product, false)
  const lower: Lower = (graph, [operand]) => {
    const wide = padded(graph, operand!, paddings, "constant")
    return reshaped(graph, transposed(reshaped(graph, wide, split), order), shape)
  }
  const key = `SpaceToBatchND ${block.join()} ${paddings.join()} ${x!.shape.join()}`
  return record(recorder, key, () => lower, x!, shape)
}

const batchToSpace: Kernel = ({ x }, attributes, recorder) => {
  const block = [...attributes.blockShape] as number[]
  const crops = (attributes.crops as number[][]).map((pair) => [...pair])
  const product = sizeOf(block)
  if (x!.shape[0]! % product !== 0) return undefined
  const split = backend_util.getReshaped(x!.shape, block, product)
  const order = backend_util.getPermuted(split.length, block.length)
  const whole = backend_util.getReshapedPermuted(x!.shape, block, product)
  const begin = backend_util.getSliceBeginCoords(crops, block.length)
  const size = backend_util.getSliceSize(whole, crops, block.length)
  const start = whole.map((_, axis) => begin[axis] ?? 0)
  const shape = whole.map((extent, axis) => size[axis] ?? extent)
  if (shape.some((extent) => extent <= 0)) return undefined
  const lower: Lower = (graph, [operand]) => {
    const joined = reshaped(graph, transposed(reshaped(graph, operand!, split), order), whole)
    return sliced(graph, joined, start, shape)
  }
  const key = `BatchToSpaceND ${block.join()} ${crops.join()} ${x!.shape.join()}`
  return record(recorder, key, () => lower, x!, shape)
}

export const blockKernels: KernelTable = {
  BatchToSpaceND: batchToSpace,
  DepthToSpace: depthToSpace,
  SpaceToBatchND: spaceToBatch,
}
