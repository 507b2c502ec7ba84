import { util } from "../../tf.ts"
import { converted } from "../graph/convert.ts"
import type { Graph } from "../graph/graph.ts"
import type { NumericType } from "../graph/numericType.ts"
import { onnxTypes } from "../graph/onnxWriter.ts"
import type { Operand } from "../graph/operand.ts"
import { type Lower, operation } from "../operation.ts"
import type { Kernel, KernelTable } from "./kernel.ts"

/**
 * Index of the first extremum along an axis. In TensorFlow.js a NaN that comes first stays the extremum, because
 * nothing compares with it, and a later one never becomes it; so NaN counts as the best there and as the worst here.
 */
function extremum(op: "ArgMax" | "ArgMin"): Kernel {
  const best = op === "ArgMax" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  return ({ x }, { axis }, recorder) => {
    if (x!.shape.length === 0) return undefined
    const [at] = util.parseAxisParam(axis, x!.shape) as [number]
    const key = operation(`${op} ${at}`, () => (graph, [operand], value) => {
      const whole = operand!.dtype === "bool" ? converted(graph, operand!, "int32") : operand!
      const dense = graph.full(whole)
      const position = dense.perm.indexOf(at)
      const ranked = dense.dtype === "float32" ? withoutNaN(graph, dense, position, best) : dense.name
      const name = graph.emit(op, [ranked], { axis: position, keepdims: 0 })
      const perm = dense.perm.filter((a) => a !== at).map((a) => (a > at ? a - 1 : a))
      return graph.dense(graph.emit("Cast", [name], { to: onnxTypes.int32 }), "int32", value.shape, perm)
    })
    const shape = x!.shape.filter((_, i) => i !== at)
    return recorder.record(key, [recorder.value(x!)], shape, "int32")
  }
}

function withoutNaN(graph: Graph, x: Operand, position: number, best: number): string {
  const extent = x.shape[x.perm[position]!]!
  const ranks = new Float32Array(extent).fill(-best)
  ranks[0] = best
  const dims = x.perm.map((_, i) => (i === position ? extent : 1))
  const known = graph.emit("Equal", [x.name, x.name])
  return graph.emit("Where", [known, x.name, graph.initializer("float32", dims, ranks)])
}

/**
 * The k largest along the last axis, largest first, of equal ones the first. Where NaN is among them the order is
 * undefined, as it is in TensorFlow.js. Unsorted results, whose order depends on the algorithm, are left to the CPU.
 */
const topK: Kernel = ({ x }, { k, sorted }, recorder) => {
  const rank = x!.shape.length
  const dtype = x!.dtype as NumericType
  if (!sorted || dtype === "bool" || rank === 0 || !(k > 0 && k <= x!.shape[rank - 1]!)) return undefined
  const shape = [...x!.shape.slice(0, -1), k]
  const part =
    (output: 0 | 1): Lower =>
    (graph, [operand]) => {
      const dense = graph.full(operand!)
      const attributes = { axis: dense.perm.indexOf(rank - 1) }
      const found = graph.emitAll("TopK", [dense.name, graph.integers([k])], attributes, 2)[output]!
      const name = output === 0 ? found : graph.emit("Cast", [found], { to: onnxTypes.int32 })
      return graph.dense(
        name,
        output === 0 ? dense.dtype : "int32",
        [...dense.shape.slice(0, -1), k],
        dense.perm,
      )
    }
  const value = recorder.value(x!)
  return [
    recorder.record(
      operation(`TopK values ${k} ${rank}`, () => part(0)),
      [value],
      shape,
      dtype,
    )!,
    recorder.record(
      operation(`TopK indices ${k} ${rank}`, () => part(1)),
      [value],
      shape,
      "int32",
    )!,
  ]
}

export const extremumKernels: KernelTable = {
  ArgMax: extremum("ArgMax"),
  ArgMin: extremum("ArgMin"),
  TopK: topK,
}
