import { backend_util, util } from "../../tf.ts"
import type { Graph } from "../graph/graph.ts"
import type { NumericType } from "../graph/numericType.ts"
import { onnxTypes } from "../graph/onnxWriter.ts"
import { identity, sizeOf } from "../graph/operand.ts"
import { type Lower, operation } from "../operation.ts"
import type { Value } from "../value.ts"
import type { Kernel, KernelTable } from "./kernel.ts"

/**
 * Indices out of range: where they are known when the kernel is called, the CPU code throws its error. Where they are
 * yet to be computed, ONNX Runtime throws when the graph runs on the CPU. It would count negative ones from the end,
 * so these are moved beyond the end first.
 */
export function guarded(graph: Graph, indices: string, extent: number): string {
  const below = graph.emit("Less", [indices, whole(graph, 0)])
  return graph.emit("Where", [below, whole(graph, extent), indices])
}

/** An int32 constant of rank 0. */
export function whole(graph: Graph, value: number): string {
  return graph.initializer("int32", [], Int32Array.of(value))
}

const oneHot: Kernel = ({ indices }, { dtype, depth, onValue, offValue }, recorder) => {
  if (indices!.dtype !== "int32" || !(depth > 0)) return undefined
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") return undefined
  const flags = onValue === 1 && offValue === 0
  if (dtype !== "float32" && !flags && !(Number.isInteger(onValue) && Number.isInteger(offValue)))
    return undefined
  if (dtype === "bool" && !flags) return undefined
  const to: NumericType = dtype
  const key = `OneHot ${depth} ${to} ${onValue} ${offValue}`
  // Not ONNX's OneHot: it counts negative indices from the end, where TensorFlow.js leaves the row empty.
  const op = operation(key, () => (graph, [operand], value) => {
    const column = graph.reshape(graph.as(operand!), [...operand!.shape, 1])
    const classes = graph.initializer("int32", [depth], Int32Array.from(identity(depth)))
    const hit = graph.emit("Equal", [column, classes])
    const chosen = () => [onValue, offValue].map((number) => graph.constant(number, to, []).name)
    const name =
      to === "bool"
        ? hit
        : flags
          ? graph.emit("Cast", [hit], { to: onnxTypes[to] })
          : graph.emit("Where", [hit, ...chosen()])
    return graph.dense(name, to, value.shape, identity(value.shape.length))
  })
  return recorder.record(op, [recorder.value(indices!)], [...indices!.shape, depth], to)
}

const gather: Kernel = ({ x, indices }, attributes, recorder) => {
  const [at] = util.parseAxisParam(attributes.axis, x!.shape) as [number]
  const chosen = recorder.value(indices!)
  const extent = x!.shape[at]!
  if (chosen.dtype !== "int32" || chosen.host?.some((index) => index < 0 || index >= extent)) return undefined
  const batchDims: number = attributes.batchDims ?? 0
  const lower = batchDims === 0 ? gatherWhole(at) : undefined
  const info = backend_util.segment_util.collectGatherOpShapeInfo(
    x as Parameters<typeof backend_util.segment_util.collectGatherOpShapeInfo>[0],
    indices as Parameters<typeof backend_util.segment_util.collectGatherOpShapeInfo>[1],
    at,
    batchDims,
  )
  const key = `GatherV2 ${at} ${batchDims} ${x!.shape.join()}`
  const op = operation(key, () => lower ?? gatherInBatches(info))
  return recorder.record(op, [recorder.value(x!), chosen], info.outputShape, x!.dtype as NumericType)
}

/** The same rows of everything, in the layout of x: the gathered axis makes way for those of the indices. */
function gatherWhole(at: number): Lower {
  return (graph, inputs, value) => {
    const dense = graph.full(inputs[0]!)
    const rank = inputs[1]!.shape.length
    const indices = guarded(graph, graph.as(inputs[1]!), dense.shape[at]!)
    const name = graph.emit("Gather", [dense.name, indices], { axis: dense.perm.indexOf(at) })
    const perm = dense.perm.flatMap((axis) =>
      axis === at ? identity(rank).map((i) => at + i) : [axis < at ? axis : axis + rank - 1],
    )
    return graph.dense(name, dense.dtype, value.shape, perm)
  }
}

interface Batches {
  readonly batchSize: number
  readonly outerSize: number
  readonly dimSize: number
  readonly sliceSize: number
}

/** Rows of each batch's own: one gather over all rows, counted through. */
function gatherInBatches({ batchSize, outerSize, dimSize, sliceSize }: Batches): Lower {
  return (graph, inputs, value) => {
    const count = sizeOf(inputs[1]!.shape) / batchSize
    const rows = batchSize * outerSize * dimSize
    const indices = graph.reshape(graph.as(inputs[1]!), [batchSize, 1, count])
    const starts = Int32Array.from(identity(batchSize * outerSize), (block) => block * dimSize)
    const offsets = graph.initializer("int32", [batchSize, outerSize, 1], starts)
    const counted = graph.emit("Add", [indices, offsets])
    const below = graph.emit("Less", [indices, whole(graph, 0)])
    const above = graph.emit("GreaterOrEqual", [indices, whole(graph, dimSize)])
    const outside = graph.emit("Or", [below, above])
    const checked = graph.emit("Where", [outside, whole(graph, rows), counted])
    const flat = graph.reshape(graph.as(inputs[0]!), [rows, sliceSize])
    const name = graph.reshape(graph.emit("Gather", [flat, checked], { axis: 0 }), value.shape)
    return graph.dense(name, value.dtype, value.shape, identity(value.shape.length))
  }
}

/** How index tuples count through rows: row = sum of index[i] * strides[i]. */
export interface Rows {
  readonly strides: readonly number[]
  readonly count: number
  readonly size: number
}

/** The row of every index tuple, `int32[tuples]`, with rows below 0 moved beyond the end. */
export function rowsOf(graph: Graph, indices: string, { strides, count }: Rows): string {
  const rank = strides.length
  if (rank === 1) return guarded(graph, graph.reshape(indices, [-1]), count)
  const tuples = graph.reshape(indices, [-1, rank])
  const weighted = graph.emit("Mul", [tuples, graph.initializer("int32", [rank], Int32Array.from(strides))])
  return guarded(graph, graph.emit("ReduceSum", [weighted, graph.integers([1])], { keepdims: 0 }), count)
}

/** Whether index tuples, as far as they are known already, all name a row. */
export function rowsExist(indices: Value, { strides, count }: Rows): boolean {
  const { host, layout } = indices
  if (host === undefined || layout !== undefined) return true
  for (let start = 0; start < host.length; start += strides.length) {
    const row = strides.reduce((sum, stride, i) => sum + host[start + i]! * stride, 0)
    if (row < 0 || row >= count) return false
  }
  return true
}

const gatherNd: Kernel = ({ params, indices }, _attributes, recorder) => {
  const chosen = recorder.value(indices!)
  const given = [params, indices] as unknown as Parameters<typeof backend_util.prepareAndValidate>
  const [shape, , size, strides] = backend_util.prepareAndValidate(...given)
  const rows = { strides, size, count: sizeOf(params!.shape) / size }
  if (chosen.dtype !== "int32" || strides.length === 0 || !rowsExist(chosen, rows)) return undefined
  const op = operation(`GatherNd ${params!.shape.join()} ${strides.length}`, () => (graph, inputs, value) => {
    const flat = graph.reshape(graph.as(inputs[0]!), [rows.count, size])
    const taken = graph.emit("Gather", [flat, rowsOf(graph, graph.as(inputs[1]!), rows)], { axis: 0 })
    const name = graph.reshape(taken, value.shape)
    return graph.dense(name, value.dtype, value.shape, identity(value.shape.length))
  })
  return recorder.record(op, [recorder.value(params!), chosen], shape, params!.dtype as NumericType)
}

export const gatherKernels: KernelTable = { GatherNd: gatherNd, GatherV2: gather, OneHot: oneHot }
