import { backend_util } from "../../tf.ts"
import type { Graph } from "../graph/graph.ts"
import type { Operand } from "../graph/operand.ts"
import { operation } from "../operation.ts"
import { allFloat, type Kernel, type KernelTable } from "./kernel.ts"
import { logical } from "./logical.ts"
import { map, withNumber } from "./unary.ts"

/** A kernel that ONNX has under the same name, on float32. */
function plain(name: string): Kernel {
  const op = operation(
    name,
    () =>
      (graph, [x]) =>
        map(graph, name, x!),
  )
  return ({ x }, _attributes, recorder) =>
    allFloat(x) ? recorder.record(op, [recorder.value(x!)], x!.shape, "float32") : undefined
}

/** Whether the sign bit is set, of zeros and infinities too: 1/-0 is negative, and 1/-Infinity is -0. */
function negative(graph: Graph, x: Operand, shape: readonly number[]): Operand {
  const zero = graph.constant(0, "float32", [])
  const below = logical(graph, "Less", [x, zero], shape)
  const inverseBelow = logical(graph, "Less", [map(graph, "Reciprocal", x), zero], shape)
  return logical(graph, "Or", [below, inverseBelow], shape)
}

/**
 * The angle of the point (x, y), in (-pi, pi]. The arc tangent of the smaller coordinate over the larger one lies in
 * the first eighth of the circle and is reflected to where the point is. ONNX has no such operation.
 */
function angle(graph: Graph, y: Operand, x: Operand, shape: readonly number[]): Operand {
  const two = (op: string, a: Operand, b: Operand) => graph.elementwise(op, [a, b], shape, "float32")
  const where = (condition: Operand, yes: Operand, no: Operand) =>
    graph.elementwise("Where", [condition, yes, no], shape, "float32")
  const number = (value: number) => graph.constant(value, "float32", [])
  const [height, width] = [map(graph, "Abs", y), map(graph, "Abs", x)]
  const [least, most] = [two("Min", height, width), two("Max", height, width)]
  // Equal sides: an eighth, both infinite too, but 0 at the origin.
  const equal = logical(graph, "Equal", [height, width], shape)
  const origin = logical(graph, "Equal", [most, number(0)], shape)
  const ratio = where(equal, where(origin, number(0), number(1)), two("Div", least, most))
  const eighth = map(graph, "Atan", ratio)
  const steep = logical(graph, "Greater", [height, width], shape)
  const quarter = where(steep, two("Sub", number(Math.PI / 2), eighth), eighth)
  const half = where(negative(graph, x, shape), two("Sub", number(Math.PI), quarter), quarter)
  const signed = where(negative(graph, y, shape), withNumber(graph, "Mul", half, -1), half)
  const known = logical(
    graph,
    "And",
    [logical(graph, "Equal", [x, x], shape), logical(graph, "Equal", [y, y], shape)],
    shape,
  )
  return where(known, signed, number(Number.NaN))
}

const atan2: Kernel = ({ a, b }, _attributes, recorder) => {
  if (!allFloat(a, b)) return undefined
  const op = operation(
    "Atan2",
    () =>
      (graph, [y, x], value) =>
        angle(graph, y!, x!, value.shape),
  )
  const shape = backend_util.assertAndGetBroadcastShape(a!.shape, b!.shape)
  return recorder.record(op, [recorder.value(a!), recorder.value(b!)], shape, "float32")
}

const names = ["Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Cosh", "Sinh", "Tan"]

export const trigonometricKernels: KernelTable = {
  ...Object.fromEntries(names.map((name) => [name, plain(name)])),
  Atan2: atan2,
}
