import { type TensorInfo, util } from "../../tf.ts"
import type { Graph } from "../graph/graph.ts"
import type { NumericType } from "../graph/numericType.ts"
import { inverse, type Operand, sizeOf } from "../graph/operand.ts"
import { operation, type ValueType } from "../operation.ts"
import { view } from "../view.ts"
import type { Kernel, KernelTable } from "./kernel.ts"

/** Joins operands along a logical axis, in the layout of the largest. */
function joined(graph: Graph, operands: readonly Operand[], axis: number, value: ValueType): Operand {
  let largest = operands[0]!
  for (const x of operands) if (sizeOf(x.shape) > sizeOf(largest.shape)) largest = x
  const perm = graph.full(largest).perm
  const names = operands.map((x) => graph.as(x, perm))
  const name = graph.emit("Concat", names, { axis: inverse(perm)[axis]! })
  return graph.dense(name, value.dtype, value.shape, perm)
}

function concatOperation(axis: number) {
  return operation(`Concat ${axis}`, () => (graph, operands, value) => joined(graph, operands, axis, value))
}

const concat: Kernel = (inputs, attributes, recorder) => {
  const infos = Object.values(inputs)
  const [axis] = util.parseAxisParam(attributes.axis, infos[0]!.shape) as [number]
  const alike = (info: TensorInfo) =>
    info.dtype === infos[0]!.dtype &&
    info.shape.length === infos[0]!.shape.length &&
    info.shape.every((extent, i) => i === axis || extent === infos[0]!.shape[i])
  if (!infos.every(alike)) return undefined
  if (infos.length === 1) return recorder.share(infos[0]!)
  const shape = [...infos[0]!.shape]
  shape[axis] = infos.reduce((sum, info) => sum + info.shape[axis]!, 0)
  return recorder.record(
    concatOperation(axis),
    infos.map((info) => recorder.value(info)),
    shape,
    infos[0]!.dtype as NumericType,
  )
}

const pack: Kernel = (inputs, { axis }, recorder) => {
  const infos = Object.values(inputs)
  const first = infos[0]!
  const alike = (info: TensorInfo) => info.dtype === first.dtype && info.shape.join() === first.shape.join()
  if (!infos.every(alike)) return undefined
  const at = axis < 0 ? axis + first.shape.length + 1 : axis
  const one = [...first.shape.slice(0, at), 1, ...first.shape.slice(at)]
  const dtype = first.dtype as NumericType
  const widen = view(one, dtype)
  if (infos.length === 1) return recorder.record(widen, [recorder.value(first)], one, dtype)
  const parts = infos.map((info) => recorder.step(widen, [recorder.value(info)], one, dtype))
  const shape = one.map((extent, i) => (i === at ? infos.length : extent))
  return recorder.record(concatOperation(at), parts, shape, dtype)
}

const tile: Kernel = ({ x }, { reps }, recorder) => {
  const shape = x!.shape.map((extent, axis) => extent * reps[axis])
  const repeats: readonly number[] = [...reps]
  const op = operation(`Tile ${repeats.join()}`, () => (graph, [operand], value) => {
    const held = operand!
    if (held.constant !== undefined) return graph.constant(held.constant, held.dtype, value.shape)
    // Repeating an axis of extent 1 is a broadcast.
    if (held.shape.every((extent, axis) => extent === 1 || repeats[axis] === 1)) {
      return { ...held, shape: value.shape }
    }
    const dense = graph.full(held)
    const name = graph.emit("Tile", [dense.name, graph.integers(dense.perm.map((axis) => repeats[axis]!))])
    return graph.dense(name, dense.dtype, value.shape, dense.perm)
  })
  return recorder.record(op, [recorder.value(x!)], shape, x!.dtype as NumericType)
}

export const joinKernels: KernelTable = { Concat: concat, Pack: pack, Tile: tile }
