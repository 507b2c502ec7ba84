import type { backend_util, DataType } from "../tf.ts"
import { inverse } from "./graph/operand.ts"

/** Numbers as ONNX Runtime takes them: float32 (and complex64), int32, bool. */
export type HostData = Float32Array | Int32Array | Uint8Array

/**
 * The typed array that ONNX Runtime expects for a dtype; the same array when it is that already. Complex numbers,
 * which only the CPU code computes with, are held as TensorFlow.js hands them out: real and imaginary in turn.
 */
export function typed(values: backend_util.BackendValues, dtype: DataType): HostData {
  const numbers = values as unknown as ArrayLike<number>
  if (dtype === "float32" || dtype === "complex64")
    return values instanceof Float32Array ? values : Float32Array.from(numbers)
  if (dtype === "int32") return values instanceof Int32Array ? values : Int32Array.from(numbers)
  return values instanceof Uint8Array ? values : Uint8Array.from(numbers)
}

/**
 * A copy of numbers in the order of their logical shape.
 * @param layout physical dimension i of the source holds logical axis layout[i]
 */
export function inLogicalOrder(
  source: HostData,
  shape: readonly number[],
  layout: readonly number[],
): HostData {
  const dims = layout.map((axis) => shape[axis]!)
  const strides = new Array<number>(dims.length)
  let stride = 1
  for (let i = dims.length - 1; i >= 0; i--) {
    strides[i] = stride
    stride *= dims[i]!
  }
  const position = inverse(layout)
  const logicalStrides = position.map((at) => strides[at]!)
  const ordered = source.slice()
  const coordinates = new Array<number>(dims.length).fill(0)
  let from = 0
  for (let to = 0; to < ordered.length; to++) {
    ordered[to] = source[from]!
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      coordinates[axis]!++
      from += logicalStrides[axis]!
      if (coordinates[axis]! < shape[axis]!) break
      from -= logicalStrides[axis]! * shape[axis]!
      coordinates[axis] = 0
    }
  }
  return ordered
}
