import { backend_util, type TensorInfo } from "../../tf.ts"
import type { Graph } from "../graph.ts"
import { identity, isIdentity, type Operand } from "../operand.ts"
import { type Operation, operation, type Value } from "../value.ts"
import { convolutionKernels } from "./convolution.ts"
import { allFloat, type Kernel, type KernelTable, type Recorder } from "./kernel.ts"
import { lowerActivation } from "./unary.ts"

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

const addBias: Operation = operation(
  "BiasAdd",
  () => (graph, inputs, value) => graph.elementwise("Add", inputs, value.shape, "float32"),
)

/** Records a kernel, then a bias and an activation on its result; undefined when a part is not handled. */
function fused(inner: Kernel): Kernel {
  return (inputs, attributes, recorder) => {
    const { bias, preluActivationWeights } = inputs
    const { activation = "linear", leakyreluAlpha = 0.2 } = attributes
    const lower = lowerActivation(activation, leakyreluAlpha)
    if (lower === undefined || preluActivationWeights != null) return undefined
    if (bias != null && (bias.dtype !== "float32" || bias.shape.length > 1)) return undefined
    const collected = collector(recorder)
    const core = inner(inputs, attributes, collected.recorder) as TensorInfo | undefined
    if (core === undefined) return undefined
    const biased =
      bias == null
        ? collected.last()
        : recorder.step(addBias, [collected.last(), recorder.value(bias)], core.shape, "float32")
    const op = operation(`Activation ${activation} ${leakyreluAlpha}`, () => lower)
    return recorder.record(op, [biased], core.shape, "float32")
  }
}

/** A recorder that keeps the kernel's result as an inner step instead of handing it out. */
function collector(recorder: Recorder): { recorder: Recorder; last(): Value } {
  let last: Value | undefined
  return {
    recorder: {
      value: (info) => recorder.value(info),
      step: (...step) => recorder.step(...step),
      onGpu: recorder.onGpu,
      share: (info) => recorder.share(info),
      record(op, inputs, shape, dtype) {
        last = recorder.step(op, inputs, shape, dtype)
        return { dataId: last, shape: shape as number[], dtype }
      },
    },
    last: () => last!,
  }
}

export const matmulKernels: KernelTable = {
  BatchMatMul: batchMatMul,
  FusedConv2D: fused(convolutionKernels.Conv2D!),
  _FusedMatMul: fused(batchMatMul),
}
