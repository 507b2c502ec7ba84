import { backend_util, type TensorInfo } from "../../tf.ts"
import type { Graph } from "../graph/graph.ts"
import type { NumericType } from "../graph/numericType.ts"
import { onnxTypes } from "../graph/onnxWriter.ts"
import { identity, type Operand, sizeOf } from "../graph/operand.ts"
import { operation } from "../operation.ts"
import type { Recorder } from "../recorder.ts"
import type { Value } from "../value.ts"
import { type Rows, rowsExist, rowsOf } from "./gather.ts"
import type { Kernel, KernelTable } from "./kernel.ts"

/** Flags and segments in one product, beyond which the table of flags would be too large to hold. */
const largestTable = 2 ** 24

function rowsFor(updates: TensorInfo, indices: TensorInfo, shape: readonly number[]): Rows | undefined {
  const { sliceRank, sliceSize, strides, outputSize } = backend_util.calculateShapes(
    updates as Parameters<typeof backend_util.calculateShapes>[0],
    indices as Parameters<typeof backend_util.calculateShapes>[1],
    shape as number[],
  )
  if (outputSize === 0 || sliceSize === 0 || sliceRank === 0) return undefined
  return { strides: strides.slice(0, sliceRank), size: sliceSize, count: outputSize / sliceSize }
}

/** Writes rows of `updates` into `base`, `[rows.count, rows.size]`; of several for one row all add up, or the last stays. */
function scattered(
  graph: Graph,
  base: string,
  indices: Operand,
  updates: Operand,
  rows: Rows,
  shape: readonly number[],
  reduction: "add" | "none",
): Operand {
  const count = sizeOf(indices.shape) / rows.strides.length
  const block = [count, rows.size]
  // One number may stand for all updates.
  const news =
    sizeOf(updates.shape) === sizeOf(block)
      ? graph.reshape(graph.as(updates), block)
      : graph.emit("Expand", [graph.reshape(graph.as(updates), [1, 1]), graph.integers(block)])
  const column = graph.reshape(rowsOf(graph, graph.as(indices), rows), [count, 1])
  const places = rows.size === 1 ? column : graph.emit("Expand", [column, graph.integers(block)])
  const name = graph.emit("ScatterElements", [base, places, news], { axis: 0, reduction })
  return graph.dense(graph.reshape(name, shape), updates.dtype, shape, identity(shape.length))
}

/** A base of one number, given as a name of rank 0. */
const uniform = (graph: Graph, number: string, rows: Rows) =>
  graph.emit("Expand", [number, graph.integers([rows.count, rows.size])])

/** Records a scatter, if the indices known so far are in range; others are checked when the graph runs. */
function recordScatter(
  recorder: Recorder,
  name: string,
  infos: { readonly indices: TensorInfo; readonly updates: TensorInfo; readonly base?: TensorInfo },
  shape: readonly number[],
  reduction: "add" | "none",
  baseOf: (graph: Graph, rows: Rows, base: Operand | undefined, dtype: NumericType) => string,
): TensorInfo | undefined {
  const { indices, updates, base } = infos
  const rows = rowsFor(updates, indices, shape)
  const places: Value = recorder.value(indices)
  if (rows === undefined || places.dtype !== "int32" || !rowsExist(places, rows)) return undefined
  if (base !== undefined && base.dtype !== updates.dtype) return undefined
  const dtype = updates.dtype as NumericType
  const op = operation(`${name} ${shape.join()} ${rows.strides.length}`, () => (graph, inputs, value) => {
    const start = baseOf(graph, rows, inputs[2], value.dtype)
    return scattered(graph, start, inputs[0]!, inputs[1]!, rows, value.shape, reduction)
  })
  const values = [places, recorder.value(updates), ...(base === undefined ? [] : [recorder.value(base)])]
  return recorder.record(op, values, shape, dtype)
}

const scatterNd: Kernel = ({ indices, updates }, { shape }, recorder) =>
  // Flags would be counted.
  updates!.dtype === "bool"
    ? undefined
    : recordScatter(
        recorder,
        "ScatterNd",
        { indices: indices!, updates: updates! },
        [...shape],
        "add",
        (graph, rows, _base, dtype) => uniform(graph, graph.constant(0, dtype, []).name, rows),
      )

const tensorScatterUpdate: Kernel = ({ tensor, indices, updates }, _attributes, recorder) =>
  recordScatter(
    recorder,
    "TensorScatterUpdate",
    { indices: indices!, updates: updates!, base: tensor! },
    tensor!.shape,
    "none",
    (graph, rows, base) => graph.reshape(graph.as(base!), [rows.count, rows.size]),
  )

const sparseToDense: Kernel = ({ sparseIndices, sparseValues, defaultValue }, { outputShape }, recorder) =>
  recordScatter(
    recorder,
    "SparseToDense",
    { indices: sparseIndices!, updates: sparseValues!, base: defaultValue! },
    [...outputShape],
    "none",
    (graph, rows, base) => uniform(graph, graph.reshape(graph.as(base!), []), rows),
  )

/**
 * Sums of the rows of x by segment, as one product with a table of flags: a NaN or an infinity in one row spoils its
 * column of every segment, as it does in TensorFlow.js, which multiplies by flags too. Ids out of range are dropped.
 */
const unsortedSegmentSum: Kernel = ({ x, segmentIds }, { numSegments }, recorder) => {
  const rows = x!.shape[0]!
  const ids = segmentIds!
  if (ids.dtype !== "int32" || ids.shape.length !== 1 || ids.shape[0] !== rows) return undefined
  if (!(numSegments > 0) || rows * numSegments > largestTable) return undefined
  const shape = [numSegments, ...x!.shape.slice(1)]
  const op = operation(`UnsortedSegmentSum ${numSegments}`, () => (graph, inputs, value) => {
    const count = sizeOf(inputs[1]!.shape)
    const row = graph.reshape(graph.as(inputs[1]!), [1, count])
    const numbers = Int32Array.from(identity(numSegments))
    const hits = graph.emit("Equal", [graph.initializer("int32", [numSegments, 1], numbers), row])
    const table = graph.emit("Cast", [hits], { to: onnxTypes.float32 })
    const held = graph.as(inputs[0]!)
    const real = inputs[0]!.dtype === "float32" ? held : graph.emit("Cast", [held], { to: onnxTypes.float32 })
    const columns = sizeOf(value.shape) / numSegments
    const name = graph.emit("MatMul", [table, graph.reshape(real, [count, columns])])
    return graph.dense(graph.reshape(name, value.shape), "float32", value.shape, identity(value.shape.length))
  })
  return recorder.record(op, [recorder.value(x!), recorder.value(ids)], shape, "float32")
}

export const scatterKernels: KernelTable = {
  ScatterNd: scatterNd,
  SparseToDense: sparseToDense,
  TensorScatterUpdate: tensorScatterUpdate,
  UnsortedSegmentSum: unsortedSegmentSum,
}
