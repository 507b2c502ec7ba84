import { backend_util, util } from "../../tf.ts"
import { converted, wrappedDouble } from "../graph/convert.ts"
import type { Graph } from "../graph/graph.ts"
import type { NumericType } from "../graph/numericType.ts"
import { onnxTypes } from "../graph/onnxWriter.ts"
import { identity, type Operand } from "../graph/operand.ts"
import { type Lower, operation } from "../operation.ts"
import type { Kernel, KernelTable } from "./kernel.ts"
import { withNumber } from "./unary.ts"

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
  if (x.constant !== undefined && (op === "ReduceMax" || op === "ReduceMin" || op === "ReduceMean")) {
    return graph.constant(x.constant, x.dtype, shape)
  }
  if (x.constant !== undefined && op === "ReduceSum" && x.dtype === "float32") {
    return graph.constant(Math.fround(x.constant * repeats), x.dtype, shape)
  }
  // Repetitions cannot be left out of a product, nor be multiplied into a sum of integers.
  const exact = x.dtype === "int32" && (op === "ReduceSum" || op === "ReduceProd")
  const spelledOut = op === "ReduceProd" || exact
  const source = spelledOut ? graph.full(x) : x
  const positions = axes.map((axis) => source.perm.indexOf(axis)).sort((a, b) => a - b)
  const inputs = (numbers: string) => [numbers, graph.integers(positions)]
  const keepdims = keepDims ? 1 : 0
  // ONNX Runtime's integer totals stop at the largest integer, where JavaScript's wrap.
  const name = exact
    ? wrappedDouble(
        graph,
        graph.emit(op, inputs(graph.emit("Cast", [source.name], { to: onnxTypes.float64 })), { keepdims }),
      )
    : graph.emit(op, inputs(source.name), { keepdims })
  const perm = source.perm.filter((axis) => kept.includes(axis)).map((axis) => kept.indexOf(axis))
  const result = { name, dtype: x.dtype, shape, actual: spelledOut ? shape : actual, perm }
  return op === "ReduceSum" && repeats !== 1 && !spelledOut
    ? withNumber(graph, "Mul", result, repeats)
    : result
}

function reducedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  const [rest] = backend_util.computeOutAndReduceShapes(shape as number[], axes as number[])
  return keepDims ? backend_util.expandShapeToKeepDim(rest, axes as number[]) : rest
}

/** The dtype in which a reduction is computed, and that of its result, by the input's. */
interface Types {
  readonly within: (dtype: NumericType) => NumericType
  readonly result: (dtype: NumericType) => NumericType
}

/** Flags are counted as integers. */
const counting = (dtype: NumericType): NumericType => (dtype === "bool" ? "int32" : dtype)
const same = (dtype: NumericType) => dtype

function reduction(op: string, { within, result }: Types): Kernel {
  return ({ x }, attributes, recorder) => {
    const given = x!.dtype as NumericType
    // Max and Min call their axes by another name.
    const axes = util.parseAxisParam(attributes.reductionIndices ?? attributes.axis, x!.shape)
    const keepDims = attributes.keepDims === true
    const lower: Lower = (graph, [operand], value) => {
      const numbers = converted(graph, operand!, within(operand!.dtype))
      if (axes.length === 0) return converted(graph, numbers, value.dtype)
      const total = reduced(graph, op, numbers, axes, keepDims)
      const extreme = (op === "ReduceMax" || op === "ReduceMin") && total.dtype === "float32"
      return converted(graph, extreme ? withNaN(graph, total, numbers, axes, keepDims) : total, value.dtype)
    }
    const to = result(given)
    if (axes.length === 0 && to === given) return recorder.share(x!)
    return recorder.record(
      operation(`${op} ${axes.join()} ${keepDims} ${to === "bool"}`, () => lower),
      [recorder.value(x!)],
      reducedShape(x!.shape, axes, keepDims),
      to,
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
  const to = onnxTypes.float32
  const ones: Operand = { ...flags, name: graph.emit("Cast", [flags.name], { to }), dtype: "float32" }
  const spoiled = withNumber(graph, "Greater", reduced(graph, "ReduceMax", ones, axes, keepDims), 0)
  const nan = graph.constant(Number.NaN, "float32", [])
  return graph.elementwise("Where", [{ ...spoiled, dtype: "bool" }, nan, result], result.shape, "float32")
}

const extreme: Types = { within: counting, result: same }
const total: Types = { within: counting, result: counting }
const average: Types = { within: () => "float32", result: () => "float32" }

/** A reduction of flags, as the extremum of zeros and ones; other dtypes are left to the CPU code. */
function ofFlags(op: "ReduceMax" | "ReduceMin"): Kernel {
  const kernel = reduction(op, extreme)
  return (inputs, attributes, recorder) =>
    inputs.x!.dtype === "bool" ? kernel(inputs, attributes, recorder) : undefined
}

export const reduceKernels: KernelTable = {
  All: ofFlags("ReduceMin"),
  Any: ofFlags("ReduceMax"),
  Max: reduction("ReduceMax", extreme),
  Mean: reduction("ReduceMean", average),
  Min: reduction("ReduceMin", extreme),
  Prod: reduction("ReduceProd", total),
  Sum: reduction("ReduceSum", total),
}
