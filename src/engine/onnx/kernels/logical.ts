import { backend_util, upcastType } from "../../tf.ts"
import { converted } from "../graph/convert.ts"
import type { Graph } from "../graph/graph.ts"
import type { NumericType } from "../graph/numericType.ts"
import { type Operand, sameShape } from "../graph/operand.ts"
import { type Lower, operation } from "../operation.ts"
import { filled } from "./fill.ts"
import type { Kernel, KernelTable } from "./kernel.ts"

/** Emits logic on flags; the result is of dtype bool. */
export function logical(
  graph: Graph,
  op: string,
  operands: readonly Operand[],
  shape: readonly number[],
): Operand {
  return graph.elementwise(op, operands, shape, "bool")
}

/** A comparison is false on NaN in ONNX Runtime as in JavaScript. Flags are compared as the numbers 0 and 1. */
function comparison(name: string, op: string, negated = false): Kernel {
  const lower: Lower = (graph, inputs, value) => {
    const numbers = inputs.map((x) => (x.dtype === "bool" ? converted(graph, x, "int32") : x))
    const result = logical(graph, op, numbers, value.shape)
    return negated ? { ...result, name: graph.emit("Not", [result.name]) } : result
  }
  return pair(name, lower, ["float32", "int32", "bool"])
}

function pair(name: string, lower: Lower, types: readonly NumericType[]): Kernel {
  const op = operation(name, () => lower)
  return ({ a, b }, _attributes, recorder) => {
    if (a!.dtype !== b!.dtype || !types.includes(a!.dtype as NumericType)) return undefined
    const shape = backend_util.assertAndGetBroadcastShape(a!.shape, b!.shape)
    return recorder.record(op, [recorder.value(a!), recorder.value(b!)], shape, "bool")
  }
}

const flags =
  (op: string): Lower =>
  (graph, inputs, value) =>
    logical(graph, op, inputs, value.shape)

/** Chooses number by number. A condition that is a vector over the rows of matrices is left to the CPU code. */
const select: Kernel = ({ condition, t, e }, _attributes, recorder) => {
  const dtype = upcastType(t!.dtype, e!.dtype)
  if (condition!.dtype !== "bool" || (dtype !== "float32" && dtype !== "int32" && dtype !== "bool"))
    return undefined
  if (!sameShape(t!.shape, e!.shape) || !sameShape(condition!.shape, t!.shape)) return undefined
  const op = operation("Select", () => (graph, [choice, first, second], value) => {
    const to = value.dtype
    const [yes, no] = [converted(graph, first!, to), converted(graph, second!, to)]
    if (to !== "bool") return graph.elementwise("Where", [choice!, yes, no], value.shape, to)
    // ONNX Runtime has no Where for flags.
    const not = logical(graph, "Not", [choice!], value.shape)
    const parts = [
      logical(graph, "And", [choice!, yes], value.shape),
      logical(graph, "And", [not, no], value.shape),
    ]
    return logical(graph, "Or", parts, value.shape)
  })
  const inputs = [condition!, t!, e!].map((info) => recorder.value(info))
  return recorder.record(op, inputs, t!.shape, dtype)
}

const logicalNot: Kernel = ({ x }, _attributes, recorder) => {
  const op = operation("LogicalNot", () => flags("Not"))
  return x!.dtype === "bool" ? recorder.record(op, [recorder.value(x!)], x!.shape, "bool") : undefined
}

/** Asks every number something; numbers that are not float32 are all finite. */
function question(name: string, lower: Lower, ofOthers: 0 | 1): Kernel {
  const op = operation(name, () => lower)
  return ({ x }, _attributes, recorder) =>
    x!.dtype === "float32"
      ? recorder.record(op, [recorder.value(x!)], x!.shape, "bool")
      : filled(recorder, ofOthers, x!.shape, "bool")
}

/** Compares the sizes of numbers with infinity; NaN is neither equal to it nor less. */
const againstInfinity =
  (op: "Less" | "Equal"): Lower =>
  (graph, [x], value) => {
    const { names, actual, perm } = graph.aligned([x!], value.shape)
    const size = graph.emit("Abs", [names[0]!])
    const name = graph.emit(op, [size, graph.number(Number.POSITIVE_INFINITY)])
    return { name, dtype: "bool", shape: value.shape, actual, perm }
  }

export const logicalKernels: KernelTable = {
  Equal: comparison("Equal", "Equal"),
  Greater: comparison("Greater", "Greater"),
  GreaterEqual: comparison("GreaterEqual", "GreaterOrEqual"),
  IsFinite: question("IsFinite", againstInfinity("Less"), 1),
  IsInf: question("IsInf", againstInfinity("Equal"), 0),
  IsNan: question("IsNan", flags("IsNaN"), 0),
  Less: comparison("Less", "Less"),
  LessEqual: comparison("LessEqual", "LessOrEqual"),
  LogicalAnd: pair("LogicalAnd", flags("And"), ["bool"]),
  LogicalNot: logicalNot,
  LogicalOr: pair("LogicalOr", flags("Or"), ["bool"]),
  NotEqual: comparison("NotEqual", "Equal", true),
  Select: select,
}
