import { backend_util, type TensorInfo } from "../../tf.ts"
import { converted, wrappedDouble } from "../graph/convert.ts"
import type { Graph } from "../graph/graph.ts"
import type { NumericType } from "../graph/numericType.ts"
import { onnxTypes } from "../graph/onnxWriter.ts"
import type { Operand } from "../graph/operand.ts"
import { type Lower, operation } from "../operation.ts"
import type { Kernel, KernelTable } from "./kernel.ts"

/**
 * Arithmetic as JavaScript does it on an Int32Array: in double precision, and the result wrapped to 32 bits, where
 * NaN and infinities (a division by zero) are 0. ONNX Runtime's integer division by zero is an error instead.
 */

type Compute = (graph: Graph, names: readonly string[]) => string

const cast = (graph: Graph, name: string, to: keyof typeof onnxTypes) =>
  graph.emit("Cast", [name], { to: onnxTypes[to] })

/** A constant of double precision; every number used here is a float32 number too. */
const double = (graph: Graph, value: number) => cast(graph, graph.number(value), "float64")

/** Emits arithmetic in double precision on the names of operands brought to one layout. */
function inDouble(
  graph: Graph,
  operands: readonly Operand[],
  shape: readonly number[],
  dtype: "float32" | "int32",
  compute: Compute,
): Operand {
  const { names, actual, perm } = graph.aligned(operands, shape)
  const wide = compute(
    graph,
    names.map((name) => cast(graph, name, "float64")),
  )
  const name = dtype === "float32" ? cast(graph, wide, "float32") : wrappedDouble(graph, wide)
  return { name, dtype, shape, actual, perm }
}

const two =
  (op: string, attributes: Record<string, number> = {}): Compute =>
  (graph, names) =>
    graph.emit(op, names, attributes)

const floorOfQuotient: Compute = (graph, names) => graph.emit("Floor", [graph.emit("Div", names)])

const squareOfDifference: Compute = (graph, names) => {
  const difference = graph.emit("Sub", names)
  return graph.emit("Mul", [difference, difference])
}

/** The remainder with the sign of the divisor, by TensorFlow.js's formula. */
const floorModulus: Compute = (graph, [a, b]) => {
  const remainder = (x: string, y: string) => graph.emit("Mod", [x, y], { fmod: 1 })
  const zero = double(graph, 0)
  const both = (op: string) => graph.emit("And", [graph.emit(op, [a!, zero]), graph.emit(op, [b!, zero])])
  const alike = graph.emit("Or", [both("Less"), both("GreaterOrEqual")])
  const rest = remainder(a!, b!)
  return graph.emit("Where", [alike, rest, remainder(graph.emit("Add", [rest, b!]), b!)])
}

/** The product of int32 operands. */
export function integerProduct(
  graph: Graph,
  operands: readonly Operand[],
  shape: readonly number[],
): Operand {
  return inDouble(graph, operands, shape, "int32", two("Mul"))
}

/** A kernel of two inputs of one dtype out of `types`; `result` is the dtype of what it gives, or that of the inputs. */
function binary(
  name: string,
  compute: Compute,
  types: readonly ("float32" | "int32")[],
  result?: "int32",
): Kernel {
  return ({ a, b }, _attributes, recorder) => {
    const dtype = types.find((type) => type === a!.dtype && type === b!.dtype)
    if (dtype === undefined) return undefined
    const to = result ?? dtype
    const op = operation(
      `${name} ${dtype} in double`,
      () => (graph, inputs, value) => inDouble(graph, inputs, value.shape, to, compute),
    )
    const shape = backend_util.assertAndGetBroadcastShape(a!.shape, b!.shape)
    return recorder.record(op, [recorder.value(a!), recorder.value(b!)], shape, to)
  }
}

export const integerBinary: KernelTable = {
  BitwiseAnd: ({ a, b }, _attributes, recorder) => {
    if (a!.dtype !== "int32" || b!.dtype !== "int32") return undefined
    const op = operation("BitwiseAnd", () => elementwise("BitwiseAnd", "int32"))
    const shape = backend_util.assertAndGetBroadcastShape(a!.shape, b!.shape)
    return recorder.record(op, [recorder.value(a!), recorder.value(b!)], shape, "int32")
  },
  FloorDiv: binary("FloorDiv", floorOfQuotient, ["float32", "int32"], "int32"),
  Mod: binary("Mod", floorModulus, ["float32", "int32"]),
  Multiply: binary("Multiply", two("Mul"), ["int32"]),
  Pow: binary("Pow", two("Pow"), ["int32"]),
  RealDiv: binary("RealDiv", two("Div"), ["int32"]),
  SquaredDifference: binary("SquaredDifference", squareOfDifference, ["int32"]),
}

function elementwise(op: string, dtype: NumericType): Lower {
  return (graph, inputs, value) => graph.elementwise(op, inputs, value.shape, dtype)
}

const whole = (x: TensorInfo | undefined) => x!.dtype === "int32"

/** A kernel that ONNX Runtime computes on int32 as JavaScript does. */
function unary(name: string): Kernel {
  return ({ x }, _attributes, recorder) => {
    if (!whole(x)) return undefined
    const op = operation(`${name} int32`, () => elementwise(name, "int32"))
    return recorder.record(op, [recorder.value(x!)], x!.shape, "int32")
  }
}

function clip(low: number, high: number): { key: string; lower: Lower } | undefined {
  // A bound that is no int32 is written truncated into the result, which is the clip with the truncated bound.
  const bound = (value: number, end: number) =>
    Math.abs(value) === Number.POSITIVE_INFINITY ? end : Math.trunc(value)
  const least = bound(low, -(2 ** 31))
  const most = bound(high, 2 ** 31 - 1)
  if (!(least >= -(2 ** 31) && most < 2 ** 31 && least <= most)) return undefined
  return {
    key: `Clip int32 ${least} ${most}`,
    lower: (graph, [x], value) => {
      const { names, actual, perm } = graph.aligned([x!], value.shape)
      const bounds = [least, most].map((limit) => graph.constant(limit, "int32", []).name)
      return {
        name: graph.emit("Clip", [names[0]!, ...bounds]),
        dtype: "int32",
        shape: value.shape,
        actual,
        perm,
      }
    },
  }
}

function clipped(bounds: (attributes: Record<string, number>) => [number, number]): Kernel {
  return ({ x }, attributes, recorder) => {
    const plan = whole(x) ? clip(...bounds(attributes)) : undefined
    if (plan === undefined) return undefined
    const op = operation(plan.key, () => plan.lower)
    return recorder.record(op, [recorder.value(x!)], x!.shape, "int32")
  }
}

export const integerUnary: KernelTable = {
  Abs: unary("Abs"),
  ClipByValue: clipped((attributes) => [attributes.clipValueMin!, attributes.clipValueMax!]),
  /** The result is of dtype float32, whatever the input. */
  Exp: ({ x }, _attributes, recorder) => {
    if (!whole(x)) return undefined
    const op = operation("Exp int32", () => (graph, [operand], value) => {
      const real = converted(graph, operand!, "float32")
      return graph.elementwise("Exp", [real], value.shape, "float32")
    })
    return recorder.record(op, [recorder.value(x!)], x!.shape, "float32")
  },
  Neg: unary("Neg"),
  Relu: clipped(() => [0, Number.POSITIVE_INFINITY]),
  Relu6: clipped(() => [0, 6]),
  /** A whole number is the nearest to itself. */
  Round: ({ x }, _attributes, recorder) => (whole(x) ? recorder.share(x!) : undefined),
  Sign: unary("Sign"),
  Square: (inputs, attributes, recorder) =>
    integerBinary.Multiply!({ a: inputs.x!, b: inputs.x! }, attributes, recorder),
  Step: ({ x }, { alpha = 0 }, recorder) => {
    if (!whole(x)) return undefined
    const op = operation(`Step int32 ${Math.trunc(alpha)}`, () => (graph, [operand], value) => {
      const number = (constant: number) => graph.constant(constant, "int32", [])
      const positive = graph.elementwise("Greater", [operand!, number(0)], value.shape, "bool")
      return graph.elementwise("Where", [positive, number(1), number(alpha)], value.shape, "int32")
    })
    return recorder.record(op, [recorder.value(x!)], x!.shape, "int32")
  },
}
