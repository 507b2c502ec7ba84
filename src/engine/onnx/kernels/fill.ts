import { util } from "../../tf.ts"
import type { NumericType } from "../graph/numericType.ts"
import { identity, sizeOf } from "../graph/operand.ts"
import { operation } from "../operation.ts"
import type { Recorder } from "../recorder.ts"
import type { Kernel, KernelTable } from "./kernel.ts"

/** Records a tensor of one number, which stays one number until something needs it in full. */
export function filled(
  recorder: Recorder,
  value: number,
  shape: readonly number[],
  dtype: NumericType,
): ReturnType<Recorder["record"]> {
  const op = operation(
    `Fill ${dtype} ${Object.is(value, -0) ? "-0" : value} ${shape.join()}`,
    () => (graph, _none, result) => graph.constant(value, dtype, result.shape),
  )
  return recorder.record(op, [], shape, dtype)
}

const fill: Kernel = (_inputs, { shape, value, dtype }, recorder) => {
  const type = dtype ?? util.inferDtype(value)
  if (type !== "float32" && type !== "int32" && type !== "bool") return undefined
  return filled(recorder, Number(value), shape, type)
}

const like =
  (value: number): Kernel =>
  ({ x }, _attributes, recorder) =>
    filled(recorder, value, x!.shape, x!.dtype as NumericType)

/** Records a row of numbers that the attributes decide; `key` says which. */
function row(
  recorder: Recorder,
  key: string,
  length: number,
  dtype: "float32" | "int32",
  numbers: () => Float32Array | Int32Array,
) {
  const op = operation(
    key,
    () => (graph, _none, value) =>
      graph.dense(graph.initializer(dtype, [length], numbers()), dtype, value.shape, identity(1)),
  )
  return recorder.record(op, [], [length], dtype)
}

/** Adds up in the result's own precision, as TensorFlow.js's CPU kernels do. */
function progression<T extends Float32Array | Int32Array>(numbers: T, start: number, step: number): T {
  numbers[0] = start
  for (let i = 1; i < numbers.length; i++) numbers[i] = numbers[i - 1]! + step
  return numbers
}

const range: Kernel = (_inputs, { start, stop, step, dtype }, recorder) => {
  if (dtype !== "float32" && dtype !== "int32") return undefined
  const away = start === stop || (start < stop && step < 0) || (stop < start && step > 1)
  const length = away ? 0 : Math.abs(Math.ceil((stop - start) / step))
  if (!(length > 0 && length < 2 ** 31)) return undefined
  const towards = stop < start && step === 1 ? -1 : step
  return row(recorder, `Range ${start} ${stop} ${step} ${dtype}`, length, dtype, () =>
    progression(dtype === "int32" ? new Int32Array(length) : new Float32Array(length), start, towards),
  )
}

const linSpace: Kernel = (_inputs, { start, stop, num }, recorder) =>
  num > 0
    ? row(recorder, `LinSpace ${start} ${stop} ${num}`, num, "float32", () =>
        progression(new Float32Array(num), start, (stop - start) / (num - 1)),
      )
    : undefined

/** A square matrix with the numbers on its diagonal; the zeros beside it stay zeros where they are not numbers. */
const diag: Kernel = ({ x }, _attributes, recorder) => {
  if (x!.dtype === "bool") return undefined
  const op = operation("Diag", () => (graph, [operand], value) => {
    const { dtype, shape } = operand!
    const size = sizeOf(shape)
    const on = new Uint8Array(size * size)
    for (let i = 0; i < size; i++) on[i * (size + 1)] = 1
    const numbers = graph.reshape(graph.as(operand!), [1, size])
    const zero = graph.constant(0, dtype, []).name
    const square = graph.emit("Where", [graph.initializer("bool", [size, size], on), numbers, zero])
    return graph.dense(graph.reshape(square, value.shape), dtype, value.shape, identity(value.shape.length))
  })
  return recorder.record(op, [recorder.value(x!)], [...x!.shape, ...x!.shape], x!.dtype as NumericType)
}

export const fillKernels: KernelTable = {
  Diag: diag,
  Fill: fill,
  LinSpace: linSpace,
  OnesLike: like(1),
  Range: range,
  ZerosLike: like(0),
}
