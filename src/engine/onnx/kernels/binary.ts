import { backend_util, type TensorInfo } from "../../tf.ts"
import type { Graph } from "../graph/graph.ts"
import type { NumericType } from "../graph/numericType.ts"
import { type Operand, sameShape } from "../graph/operand.ts"
import { type Lower, operation, type ValueType } from "../operation.ts"
import { allFloat, firstOf, type Kernel, type KernelTable } from "./kernel.ts"
import { logical } from "./logical.ts"
import { clip, withNumber } from "./unary.ts"

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
}

/** Emits float32 arithmetic; what is known when the graph is built is computed here, with the same rounding. */
function emitArithmetic(graph: Graph, op: string, inputs: readonly Operand[], value: ValueType): Operand {
  const [a, b] = inputs as [Operand, Operand]
  const compute = arithmetic[op]
  if (compute !== undefined && value.dtype === "float32") {
    // A sum, difference, product or quotient of float32 numbers in double precision rounds to the same float32.
    if (a.constant !== undefined && b.constant !== undefined) {
      return graph.constant(Math.fround(compute(a.constant, b.constant)), "float32", value.shape)
    }
    const unchanged =
      op === "Mul" && a.constant === 1
        ? b
        : (op === "Mul" || op === "Div") && b.constant === 1
          ? a
          : undefined
    const same = unchanged && spread(graph, unchanged, value.shape)
    if (same !== undefined) return same
  }
  return graph.elementwise(op, [a, b], value.shape, value.dtype)
}

/** The operand broadcast to a larger shape without moving or repeating a number; undefined if the ranks differ. */
export function spread(graph: Graph, x: Operand, shape: readonly number[]): Operand | undefined {
  if (x.constant !== undefined) return graph.constant(x.constant, x.dtype, shape)
  return x.shape.length === shape.length ? { ...x, shape } : undefined
}

function binary(name: string, lower: Lower, types: readonly NumericType[]): Kernel {
  const op = operation(name, () => lower)
  return ({ a, b }, _attributes, recorder) => {
    if (a!.dtype !== b!.dtype || !types.includes(a!.dtype as NumericType)) return undefined
    const shape = broadcastShape(a!, b!)
    return recorder.record(op, [recorder.value(a!), recorder.value(b!)], shape, a!.dtype as NumericType)
  }
}

function broadcastShape(a: TensorInfo, b: TensorInfo): number[] {
  return sameShape(a.shape, b.shape) ? a.shape : backend_util.assertAndGetBroadcastShape(a.shape, b.shape)
}

const plain =
  (op: string): Lower =>
  (graph, inputs, value) =>
    emitArithmetic(graph, op, inputs, value)

const float: readonly NumericType[] = ["float32"]
const number: readonly NumericType[] = ["float32", "int32"]

export const binaryKernels: KernelTable = {
  Add: binary("Add", plain("Add"), number),
  Sub: binary("Sub", plain("Sub"), number),
  Multiply: firstOf(
    binary("Multiply", plain("Mul"), float),
    binary("Multiply bool", (graph, inputs, value) => logical(graph, "And", inputs, value.shape), ["bool"]),
  ),
  RealDiv: binary("RealDiv", plain("Div"), float),
  Maximum: binary("Maximum", plain("Max"), number),
  Minimum: binary("Minimum", plain("Min"), number),
  Pow: binary("Pow", plain("Pow"), float),
  SquaredDifference: binary(
    "SquaredDifference",
    (graph, inputs, value) => {
      const difference = emitArithmetic(graph, "Sub", inputs, value)
      return graph.elementwise("Mul", [difference, difference], value.shape, "float32")
    },
    float,
  ),
  AddN: (inputs, _attributes, recorder) => {
    const infos = Object.values(inputs)
    const dtype = number.find((type) => type === infos[0]!.dtype)
    const alike = (info: TensorInfo) => info.dtype === dtype && sameShape(info.shape, infos[0]!.shape)
    if (dtype === undefined || !infos.every(alike)) return undefined
    const add = operation("Add", () => plain("Add"))
    const values = infos.map((info) => recorder.value(info))
    let sum = values[0]!
    if (values.length === 1) return recorder.share(infos[0]!)
    for (const next of values.slice(1, -1)) sum = recorder.step(add, [sum, next], sum.shape, dtype)
    return recorder.record(add, [sum, values.at(-1)!], sum.shape, dtype)
  },
  EluGrad: ({ dy, y }, _attributes, recorder) => {
    if (!allFloat(dy, y) || !sameShape(dy!.shape, y!.shape)) return undefined
    // dy where y >= 0, else dy * (y + 1): dy * (min(y, 0) + 1).
    const op = operation("EluGrad", () => (graph, inputs, value) => {
      const [gradient, result] = inputs as [Operand, Operand]
      const factor = withNumber(graph, "Add", clip(graph, result, -3.4e38, 0), 1)
      return graph.elementwise("Mul", [gradient, factor], value.shape, "float32")
    })
    return recorder.record(op, [recorder.value(dy!), recorder.value(y!)], y!.shape, "float32")
  },
  Prelu: ({ x, alpha }, _attributes, recorder) => {
    if (!allFloat(x, alpha)) return undefined
    const op = operation("Prelu", () => (graph, inputs, value) => {
      const [data, slope] = inputs as [Operand, Operand]
      const scaled = graph.elementwise("Mul", [data, slope], value.shape, "float32")
      const negative = graph.elementwise(
        "Less",
        [data, graph.constant(0, "float32", [])],
        value.shape,
        "bool",
      )
      return graph.elementwise("Where", [negative, scaled, data], value.shape, "float32")
    })
    return recorder.record(
      op,
      [recorder.value(x!), recorder.value(alpha!)],
      broadcastShape(x!, alpha!),
      "float32",
    )
  },
}
