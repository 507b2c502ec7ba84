import type { Graph } from "./graph.ts"
import type { NumericType } from "./numericType.ts"
import { onnxTypes } from "./onnxWriter.ts"
import type { Operand } from "./operand.ts"

/** The operand in another dtype, as JavaScript's typed arrays convert: NaN is true, and a float wraps to 32 bits. */
export function converted(graph: Graph, x: Operand, dtype: NumericType): Operand {
  if (x.dtype === dtype) return x
  if (x.constant !== undefined) return graph.constant(x.constant, dtype, x.shape)
  const { names, actual, perm } = graph.aligned([x], x.shape)
  const toInteger = x.dtype === "float32" && dtype === "int32"
  const name = toInteger
    ? wrapped(graph, names[0]!)
    : graph.emit("Cast", [names[0]!], { to: onnxTypes[dtype] })
  return { name, dtype, shape: x.shape, actual, perm }
}

/**
 * ECMAScript's ToInt32 of float32 numbers: truncated, modulo 2^32, and 0 for NaN and infinities. A float32 of 2^62
 * or more is a multiple of 2^32, so that it is 0 too; the rest fits in 64 bits.
 */
function wrapped(graph: Graph, name: string): string {
  const inside = graph.emit("Less", [graph.emit("Abs", [name]), graph.number(2 ** 62)])
  return lowerHalf(graph, graph.emit("Where", [inside, name, graph.number(0)]))
}

/** A constant of double precision; every number used here is a float32 number too. */
const double = (graph: Graph, value: number) =>
  graph.emit("Cast", [graph.number(value)], { to: onnxTypes.float64 })

/** ECMAScript's ToInt32 of double numbers. Beyond 2^53 all are whole, and their remainder by 2^32 is exact. */
export function wrappedDouble(graph: Graph, name: string): string {
  const size = graph.emit("Abs", [name])
  const wraps = graph.emit("Floor", [graph.emit("Mul", [name, double(graph, 2 ** -32)])])
  const rest = graph.emit("Sub", [name, graph.emit("Mul", [wraps, double(graph, 2 ** 32)])])
  const small = graph.emit("Less", [size, double(graph, 2 ** 53)])
  const finite = graph.emit("Less", [size, double(graph, Number.POSITIVE_INFINITY)])
  const large = graph.emit("Where", [finite, rest, double(graph, 0)])
  return lowerHalf(graph, graph.emit("Where", [small, name, large]))
}

/**
 * The lower 32 of 64 bits. ONNX Runtime makes one cast of two in a row, and one from a float to 32 bits does not wrap;
 * the mask between them keeps them apart.
 */
function lowerHalf(graph: Graph, name: string): string {
  const wide = graph.emit("Cast", [name], { to: onnxTypes.int64 })
  const mask = graph.initializer("int64", [], BigInt64Array.of(0xffffffffn))
  return graph.emit("Cast", [graph.emit("BitwiseAnd", [wide, mask])], { to: onnxTypes.int32 })
}
