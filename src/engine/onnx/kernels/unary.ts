import { backend_util } from "../../tf.ts"
import type { Graph } from "../graph/graph.ts"
import type { Operand } from "../graph/operand.ts"
import { type Lower, operation } from "../operation.ts"
import type { Kernel, KernelTable } from "./kernel.ts"

type LowerOne = (graph: Graph, x: Operand) => Operand

/** Largest power of two of float32. */
const huge = 2 ** 127

/** Emits an ONNX operation on every number of `x`, in its layout and without spreading a virtual broadcast. */
export function map(
  graph: Graph,
  op: string,
  x: Operand,
  attributes: Record<string, number> = {},
  more: readonly string[] = [],
): Operand {
  const { names, actual, perm } = graph.aligned([x], x.shape)
  const name = graph.emit(op, [names[0]!, ...more], attributes)
  return { name, dtype: x.dtype, shape: x.shape, actual, perm }
}

/** Binary operation with a number. */
export function withNumber(graph: Graph, op: string, x: Operand, number: number): Operand {
  return map(graph, op, x, {}, [graph.number(number)])
}

/** `clip` that passes NaN on, as JavaScript's comparisons do. */
export function clip(graph: Graph, x: Operand, low: number, high: number): Operand {
  return map(graph, "Clip", x, {}, [graph.number(low), graph.number(high)])
}

/**
 * 1 where x > 0, else alpha, for alpha in [0, 1). Scaled so far that every positive number, denormal ones too,
 * is clipped to 1: two products and a clip cost half of a comparison with a selection.
 */
function stepByClip(graph: Graph, x: Operand, alpha: number): Operand {
  return clip(graph, withNumber(graph, "Mul", withNumber(graph, "Mul", x, huge), 2 ** 30), alpha, 1)
}

function square(graph: Graph, x: Operand): Operand {
  return graph.elementwise("Mul", [x, x], x.shape, "float32")
}

/**
 * log(1 + x) without cancellation (Kahan): with w = 1 + x rounded, it is log(w) * x / (w - 1), or x where w = 1.
 * Where x is so large that w = x, it is log(w).
 */
function log1p(graph: Graph, x: Operand): Operand {
  const two = (op: string, a: Operand, b: Operand) => graph.elementwise(op, [a, b], x.shape, "float32")
  const w = withNumber(graph, "Add", x, 1)
  const log = map(graph, "Log", w)
  const corrected = two("Mul", log, two("Div", x, withNumber(graph, "Sub", w, 1)))
  const select = (condition: Operand, yes: Operand, no: Operand) =>
    graph.elementwise("Where", [condition, yes, no], x.shape, "float32")
  const tiny = { ...withNumber(graph, "Equal", w, 1), dtype: "bool" as const }
  const large = graph.elementwise("Equal", [w, x], x.shape, "bool")
  return select(large, log, select(tiny, x, corrected))
}

/**
 * exp(x) - 1 without cancellation (Kahan): with u = exp(x) rounded, it is (u - 1) * x / log(u), or x where u = 1.
 * Where |x| is so large that the 1 or the exp is lost, it is u - 1.
 */
function expm1(graph: Graph, x: Operand): Operand {
  const two = (op: string, a: Operand, b: Operand) => graph.elementwise(op, [a, b], x.shape, "float32")
  const select = (condition: Operand, yes: Operand, no: Operand) =>
    graph.elementwise("Where", [condition, yes, no], x.shape, "float32")
  const u = map(graph, "Exp", x)
  const difference = withNumber(graph, "Sub", u, 1)
  const corrected = two("Mul", difference, two("Div", x, map(graph, "Log", u)))
  const large = { ...withNumber(graph, "Greater", map(graph, "Abs", x), 30), dtype: "bool" as const }
  const tiny = { ...withNumber(graph, "Equal", u, 1), dtype: "bool" as const }
  return select(large, difference, select(tiny, x, corrected))
}

/** ONNX's Elu with the slope of the left side in front of it is TensorFlow.js's Selu divided by its scale. */
function selu(graph: Graph, x: Operand): Operand {
  const { SELU_SCALE, SELU_SCALEALPHA } = backend_util
  return withNumber(graph, "Mul", map(graph, "Elu", x, { alpha: SELU_SCALEALPHA / SELU_SCALE }), SELU_SCALE)
}

/** Kernels of one float32 input and no attributes. */
export const plainUnary: Readonly<Record<string, LowerOne>> = {
  Abs: (graph, x) => map(graph, "Abs", x),
  Ceil: (graph, x) => map(graph, "Ceil", x),
  Cos: (graph, x) => map(graph, "Cos", x),
  Elu: (graph, x) => map(graph, "Elu", x),
  Erf: (graph, x) => map(graph, "Erf", x),
  Exp: (graph, x) => map(graph, "Exp", x),
  Expm1: expm1,
  Floor: (graph, x) => map(graph, "Floor", x),
  Log: (graph, x) => map(graph, "Log", x),
  Log1p: log1p,
  Neg: (graph, x) => map(graph, "Neg", x),
  Reciprocal: (graph, x) => map(graph, "Reciprocal", x),
  Relu: (graph, x) => map(graph, "Relu", x),
  Relu6: (graph, x) => clip(graph, x, 0, 6),
  Round: (graph, x) => map(graph, "Round", x),
  Rsqrt: (graph, x) => map(graph, "Reciprocal", map(graph, "Sqrt", x)),
  Selu: selu,
  Sigmoid: (graph, x) => map(graph, "Sigmoid", x),
  Sign: (graph, x) => {
    // JavaScript's sign of NaN is 0 here; ONNX keeps NaN.
    const known = graph.elementwise("Equal", [x, x], x.shape, "bool")
    const none = graph.constant(0, "float32", [])
    return graph.elementwise("Where", [known, map(graph, "Sign", x), none], x.shape, "float32")
  },
  Sin: (graph, x) => map(graph, "Sin", x),
  Softplus: (graph, x) => map(graph, "Softplus", x),
  Sqrt: (graph, x) => map(graph, "Sqrt", x),
  Square: square,
  Tanh: (graph, x) => map(graph, "Tanh", x),
}

/** Lowers a kernel of one input by its name, as an activation inside a fused kernel is. */
export function lowerActivation(name: string, alpha: number): Lower | undefined {
  if (name === "linear") return (_graph, [x]) => x!
  if (name === "leakyrelu") return (graph, [x]) => map(graph, "LeakyRelu", x!, { alpha })
  const lower = { relu: "Relu", relu6: "Relu6", elu: "Elu", sigmoid: "Sigmoid" }[name]
  return lower === undefined ? undefined : (graph, [x]) => plainUnary[lower]!(graph, x!)
}

function unary(key: (attributes: Record<string, number>) => string, lower: LowerWithAttributes): Kernel {
  return ({ x }, attributes, recorder) => {
    if (x!.dtype !== "float32") return undefined
    const op = operation(key(attributes), () => {
      const fixed = { ...attributes }
      return (graph, [operand]) => lower(graph, operand!, fixed)
    })
    return recorder.record(op, [recorder.value(x!)], x!.shape, "float32")
  }
}

type LowerWithAttributes = (graph: Graph, x: Operand, attributes: Record<string, number>) => Operand

export const unaryKernels: KernelTable = {
  ...Object.fromEntries(Object.entries(plainUnary).map(([name, lower]) => [name, unary(() => name, lower)])),
  LeakyRelu: unary(
    ({ alpha }) => `LeakyRelu ${alpha}`,
    (graph, x, { alpha }) => map(graph, "LeakyRelu", x, { alpha: alpha! }),
  ),
  ClipByValue: unary(
    (a) => `ClipByValue ${a.clipValueMin} ${a.clipValueMax}`,
    (graph, x, a) => clip(graph, x, a.clipValueMin!, a.clipValueMax!),
  ),
  Step: unary(
    ({ alpha }) => `Step ${alpha}`,
    (graph, x, { alpha = 0 }) => {
      if (alpha >= 0 && alpha < 1) return stepByClip(graph, x, alpha)
      // Slower, for any alpha: s = 1 where x > 0, else 0; s + (1 - s) * alpha keeps NaN and is exact.
      const s = stepByClip(graph, x, 0)
      const rest = withNumber(graph, "Mul", map(graph, "Neg", withNumber(graph, "Sub", s, 1)), alpha)
      return graph.elementwise("Add", [s, rest], x.shape, "float32")
    },
  ),
  Identity: ({ x }, _attributes, recorder) => recorder.share(x!),
}
