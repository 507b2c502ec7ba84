import { backend_util, type TensorInfo, util } from "../../tf.ts"
import type { Graph } from "../graph.ts"
import { identity, type Operand, sizeOf } from "../operand.ts"
import { type NumericType, operation } from "../value.ts"
import type { Kernel, KernelTable } from "./kernel.ts"
import { map, withNumber } from "./unary.ts"

/** Emits a reduction over logical axes. Axes that a virtual broadcast holds once are reduced by arithmetic. */
export function reduced(
  graph: Graph,
  op: string,
  x: Operand,
  axes: readonly number[],
  keepDims: boolean,
): Operand {
  const kept = identity(x.shape.length).filter((axis) => keepDims || !axes.includes(axis))
  const shape = kept.map((axis) => (axes.includes(axis) ? 1 : x.shape[axis]!))
  const actual = kept.map((axis) => (axes.includes(axis) ? 1 : x.actual[axis]!))
  const repeats = axes.reduce((product, axis) => product * (x.shape[axis]! / x.actual[axis]!), 1)
  if (x.constant !== undefined && op !== "ReduceProd") {
    const factor = op === "ReduceSum" ? repeats : 1
    return graph.constant(Math.fround(x.constant * factor), x.dtype, shape)
  }
  const source = op === "ReduceProd" || x.constant !== undefined ? graph.full(x) : x
  const positions = axes.map((axis) => source.perm.indexOf(axis)).sort((a, b) => a - b)
  const name = graph.emit(op, [source.name, graph.integers(positions)], { keepdims: keepDims ? 1 : 0 })
  const perm = source.perm.filter((axis) => kept.includes(axis)).map((axis) => kept.indexOf(axis))
  const result = { name, dtype: x.dtype, shape, actual: op === "ReduceProd" ? shape : actual, perm }
  return op === "ReduceSum" && repeats !== 1 ? withNumber(graph, "Mul", result, repeats) : result
}

function reducedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  const [rest] = backend_util.computeOutAndReduceShapes(shape as number[], axes as number[])
  return keepDims ? backend_util.expandShapeToKeepDim(rest, axes as number[]) : rest
}

function reduction(op: string, types: readonly NumericType[]): Kernel {
  return ({ x }, attributes, recorder) => {
    // Max and Min call their axes by another name.
    const axes = util.parseAxisParam(attributes.reductionIndices ?? attributes.axis, x!.shape)
    if (axes.length === 0 || !types.includes(x!.dtype as NumericType)) return undefined
    const keepDims = attributes.keepDims === true
    return recorder.record(
      operation(`${op} ${axes.join()} ${keepDims}`, () => (graph, [operand]) => {
        const result = reduced(graph, op, operand!, axes, keepDims)
        const extreme = op === "ReduceMax" || op === "ReduceMin"
        return extreme ? withNaN(graph, result, operand!, axes, keepDims) : result
      }),
      [recorder.value(x!)],
      reducedShape(x!.shape, axes, keepDims),
      x!.dtype as NumericType,
    )
  }
}

/** ONNX Runtime's extrema drop NaN; a run that diverged must not look sound, so it is put back. */
function withNaN(
  graph: Graph,
  result: Operand,
  x: Operand,
  axes: readonly number[],
  keepDims: boolean,
): Operand {
  if (result.constant !== undefined) return result
  const flags = graph.elementwise("IsNaN", [x], x.shape, "bool")
  const ones: Operand = { ...flags, name: graph.emit("Cast", [flags.name], { to: 1 }), dtype: "float32" }
  const spoiled = withNumber(graph, "Greater", reduced(graph, "ReduceMax", ones, axes, keepDims), 0)
  const nan = graph.constant(Number.NaN, "float32", [])
  return graph.elementwise("Where", [{ ...spoiled, dtype: "bool" }, nan, result], result.shape, "float32")
}

/** Index of the first extremum along an axis. */
function extremum(op: "ArgMax" | "ArgMin"): Kernel {
  return ({ x }, { axis }, recorder) => {
    const [at] = util.parseAxisParam(axis, x!.shape) as [number]
    if (x!.dtype !== "float32" || x!.shape.length === 0) return undefined
    const key = operation(`${op} ${at}`, () => (graph, [operand], value) => {
      const dense = graph.full(operand!)
      const name = graph.emit(op, [dense.name], { axis: dense.perm.indexOf(at), keepdims: 0 })
      const perm = dense.perm.filter((a) => a !== at).map((a) => (a > at ? a - 1 : a))
      return graph.dense(graph.emit("Cast", [name], { to: 6 }), "int32", value.shape, perm)
    })
    const shape = x!.shape.filter((_, i) => i !== at)
    return recorder.record(key, [recorder.value(x!)], shape, "int32")
  }
}

const softmax: Kernel = ({ logits }, { dim }, recorder) => {
  const rank = logits!.shape.length
  const axis = dim === -1 ? rank - 1 : dim
  if (logits!.dtype !== "float32" || rank === 0) return undefined
  const op = operation(`Softmax ${axis}`, () => (graph, [operand]) => {
    const dense = graph.full(operand!)
    return { ...dense, name: graph.emit("Softmax", [dense.name], { axis: dense.perm.indexOf(axis) }) }
  })
  return recorder.record(op, [recorder.value(logits!)], logits!.shape, "float32")
}

const batchNorm: Kernel = ({ x, mean, variance, offset, scale }, { varianceEpsilon }, recorder) => {
  const given = [x, mean, variance, offset, scale].filter((info): info is TensorInfo => info != null)
  if (given.some((info) => info.dtype !== "float32")) return undefined
  const vector = (info: TensorInfo) => info.shape.length === 1 && info.shape[0] === x!.shape.at(-1)
  if (!given.slice(1).every(vector)) return undefined
  const epsilon = varianceEpsilon ?? 0.001
  const key = `FusedBatchNorm ${epsilon} ${offset != null} ${scale != null}`
  const op = operation(key, () => (graph, inputs) => {
    const [data, center, spreadOf] = inputs as [Operand, Operand, Operand]
    const two = (name: string, a: Operand, b: Operand) =>
      graph.elementwise(name, [a, b], sizeOf(a.shape) > sizeOf(b.shape) ? a.shape : b.shape, "float32")
    const shift = offset == null ? undefined : inputs[3]
    const gain = scale == null ? undefined : inputs.at(-1)!
    const deviation = map(graph, "Sqrt", withNumber(graph, "Add", spreadOf, epsilon))
    const factor = gain ? two("Div", gain, deviation) : map(graph, "Reciprocal", deviation)
    const centered = graph.elementwise("Sub", [data, center], data.shape, "float32")
    const scaled = graph.elementwise("Mul", [centered, factor], data.shape, "float32")
    return shift ? graph.elementwise("Add", [scaled, shift], data.shape, "float32") : scaled
  })
  return recorder.record(
    op,
    given.map((info) => recorder.value(info)),
    x!.shape,
    "float32",
  )
}

export const reduceKernels: KernelTable = {
  ArgMax: extremum("ArgMax"),
  ArgMin: extremum("ArgMin"),
  FusedBatchNorm: batchNorm,
  Max: reduction("ReduceMax", ["float32"]),
  Mean: reduction("ReduceMean", ["float32"]),
  Min: reduction("ReduceMin", ["float32"]),
  Prod: reduction("ReduceProd", ["float32"]),
  Softmax: softmax,
  Sum: reduction("ReduceSum", ["float32", "int32"]),
}
