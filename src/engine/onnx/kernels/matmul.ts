import { backend_util } from "../../tf.ts"
import type { Graph } from "../graph/graph.ts"
import { identity, isIdentity, type Operand } from "../graph/operand.ts"
import { operation } from "../operation.ts"
import { allFloat, type Kernel, type KernelTable } from "./kernel.ts"

/** A matrix for Gemm: one that lies transposed is not moved but read transposed. */
function matrix(graph: Graph, x: Operand, transposed: boolean): { name: string; transposed: boolean } {
  const dense = graph.full(x)
  return isIdentity(dense.perm)
    ? { name: dense.name, transposed }
    : { name: graph.as(dense, dense.perm), transposed: !transposed }
}

const batchMatMul: Kernel = ({ a, b }, { transposeA, transposeB }, recorder) => {
  if (!allFloat(a, b)) return undefined
  const rank = a!.shape.length
  if (rank < 2 || b!.shape.length !== rank) return undefined
  const [m, k] = lastTwo(a!.shape, transposeA)
  const [inner, n] = lastTwo(b!.shape, transposeB)
  if (k !== inner) return undefined
  const batch = backend_util.assertAndGetBroadcastShape(a!.shape.slice(0, -2), b!.shape.slice(0, -2))
  const key = `BatchMatMul ${rank} ${transposeA === true} ${transposeB === true}`
  const op = operation(key, () => (graph, inputs, value) => {
    const [left, right] = inputs as [Operand, Operand]
    if (rank === 2) {
      const one = matrix(graph, left, transposeA === true)
      const two = matrix(graph, right, transposeB === true)
      const name = graph.emit("Gemm", [one.name, two.name], {
        transA: one.transposed ? 1 : 0,
        transB: two.transposed ? 1 : 0,
      })
      return graph.dense(name, "float32", value.shape, [0, 1])
    }
    const swapped = [...identity(rank - 2), rank - 1, rank - 2]
    const names = [
      graph.as(left, transposeA ? swapped : identity(rank)),
      graph.as(right, transposeB ? swapped : identity(rank)),
    ]
    return graph.dense(graph.emit("MatMul", names), "float32", value.shape, identity(rank))
  })
  return recorder.record(op, [recorder.value(a!), recorder.value(b!)], [...batch, m, n], "float32")
}

function lastTwo(shape: readonly number[], transposed: boolean): [number, number] {
  const rows = shape.at(-2)!
  const columns = shape.at(-1)!
  return transposed ? [columns, rows] : [rows, columns]
}

export const matmulKernels: KernelTable = { BatchMatMul: batchMatMul }
