import { converted } from "../graph/convert.ts"
import type { Graph } from "../graph/graph.ts"
import type { NumericType } from "../graph/numericType.ts"
import type { Operand } from "../graph/operand.ts"
import { sliced } from "../graph/slice.ts"
import { type Lower, operation } from "../operation.ts"
import { integerProduct } from "./integers.ts"
import type { Kernel, KernelTable } from "./kernel.ts"

/** Steps of a running product, each of which is a node; longer ones are left to the CPU code. */
const longestProduct = 128

/** A running total along an axis; flags are counted. */
function running(name: string, longest: number, lower: (a: Running) => Lower): Kernel {
  return ({ x }, attributes, recorder) => {
    const { axis } = attributes
    const [exclusive, reverse] = [attributes.exclusive === true, attributes.reverse === true]
    if (!(axis >= 0 && axis < x!.shape.length && x!.shape[axis]! <= longest)) return undefined
    const dtype: NumericType = x!.dtype === "float32" ? "float32" : "int32"
    const op = operation(`${name} ${axis} ${exclusive} ${reverse}`, () => lower({ axis, exclusive, reverse }))
    return recorder.record(op, [recorder.value(x!)], x!.shape, dtype)
  }
}

interface Running {
  readonly axis: number
  readonly exclusive: boolean
  readonly reverse: boolean
}

const sum =
  ({ axis, exclusive, reverse }: Running): Lower =>
  (graph, [operand], value) => {
    const dense = graph.full(converted(graph, operand!, value.dtype))
    const at = graph.initializer("int64", [], BigInt64Array.of(BigInt(dense.perm.indexOf(axis))))
    const attributes = { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 }
    return { ...dense, name: graph.emit("CumSum", [dense.name, at], attributes) }
  }

/** ONNX has no running product: one multiplication per step, so that every one is rounded as on the CPU. */
const product =
  ({ axis, exclusive, reverse }: Running): Lower =>
  (graph, [operand], value) => {
    const dense = graph.full(converted(graph, operand!, value.dtype))
    const extent = dense.shape[axis]!
    const size = dense.shape.map((old, i) => (i === axis ? 1 : old))
    const parts = Array.from({ length: extent }, (_, i) =>
      sliced(
        graph,
        dense,
        size.map((_old, other) => (other === axis ? i : 0)),
        size,
      ),
    )
    if (reverse) parts.reverse()
    const factors = exclusive
      ? [graph.full(graph.constant(1, dense.dtype, size)), ...parts.slice(0, -1)]
      : parts
    const totals: Operand[] = []
    for (const factor of factors) {
      const before = totals.at(-1)
      totals.push(before === undefined ? factor : times(graph, before, factor))
    }
    if (reverse) totals.reverse()
    const names = totals.map((total) => graph.as(total, dense.perm))
    const name = graph.emit("Concat", names, { axis: dense.perm.indexOf(axis) })
    return { ...dense, name }
  }

function times(graph: Graph, a: Operand, b: Operand): Operand {
  return a.dtype === "int32"
    ? integerProduct(graph, [a, b], a.shape)
    : graph.elementwise("Mul", [a, b], a.shape, "float32")
}

export const cumulateKernels: KernelTable = {
  Cumprod: running("Cumprod", longestProduct, product),
  Cumsum: running("Cumsum", Number.POSITIVE_INFINITY, sum),
}
