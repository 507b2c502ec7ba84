import { backend_util, type TensorInfo } from "../../tf.ts"
import { type Operand, sameShape } from "../graph/operand.ts"
import { operation } from "../operation.ts"
import type { Kernel, KernelTable } from "./kernel.ts"
import { map, withNumber } from "./unary.ts"

const softmax: Kernel = ({ logits }, { dim }, recorder) => {
  const rank = logits!.shape.length
  const axis = dim === -1 ? rank - 1 : dim
  if (logits!.dtype !== "float32" || rank === 0 || axis !== rank - 1) return undefined
  const op = operation(`Softmax ${axis}`, () => (graph, [operand]) => {
    const dense = graph.full(operand!)
    return { ...dense, name: graph.emit("Softmax", [dense.name], { axis: dense.perm.indexOf(axis) }) }
  })
  return recorder.record(op, [recorder.value(logits!)], logits!.shape, "float32")
}

/**
 * Whether statistics of this shape repeat over x as broadcasting has it. TensorFlow.js's CPU code counts them through
 * and starts again, which is the same only for the last axes of x.
 */
function repeats(shape: readonly number[], x: readonly number[]): boolean {
  if (shape.length > x.length) return false
  const first = shape.findIndex((extent) => extent !== 1)
  const wide = first < 0 ? [] : shape.slice(first)
  return sameShape(wide, x.slice(x.length - wide.length))
}

const batchNorm: Kernel = ({ x, mean, variance, offset, scale }, { varianceEpsilon }, recorder) => {
  const given = [x, mean, variance, offset, scale].filter((info): info is TensorInfo => info != null)
  if (given.some((info) => info.dtype !== "float32")) return undefined
  if (!given.every((info) => repeats(info.shape, x!.shape))) return undefined
  const epsilon = varianceEpsilon ?? 0.001
  const key = `FusedBatchNorm ${epsilon} ${offset != null} ${scale != null}`
  const [shifts, scales] = [offset != null, scale != null]
  const op = operation(key, () => (graph, inputs) => {
    const [data, center, spreadOf] = inputs as [Operand, Operand, Operand]
    const two = (name: string, a: Operand, b: Operand) =>
      graph.elementwise(
        name,
        [a, b],
        backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]),
        "float32",
      )
    const deviation = map(graph, "Sqrt", withNumber(graph, "Add", spreadOf, epsilon))
    const factor = scales ? two("Div", inputs.at(-1)!, deviation) : map(graph, "Reciprocal", deviation)
    const scaled = two("Mul", two("Sub", data, center), factor)
    return shifts ? two("Add", scaled, inputs[3]!) : scaled
  })
  return recorder.record(
    op,
    given.map((info) => recorder.value(info)),
    x!.shape,
    "float32",
  )
}

export const normaliseKernels: KernelTable = { FusedBatchNorm: batchNorm, Softmax: softmax }
