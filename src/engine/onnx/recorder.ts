import type { TensorInfo } from "../tf.ts"
import type { NumericType } from "./graph/numericType.ts"
import type { Operation } from "./operation.ts"
import type { Value } from "./value.ts"

/** What a kernel records with. */
export interface Recorder {
  /** Whether it is computed on a GPU, where ONNX Runtime has fewer operators. */
  readonly onGpu: boolean
  /** The value behind a tensor, in the tensor's own shape. */
  value(info: TensorInfo): Value
  /** Records an operation and hands its result to TensorFlow.js. Undefined when the result has no elements. */
  record(
    operation: Operation,
    inputs: readonly Value[],
    shape: readonly number[],
    dtype: NumericType,
  ): TensorInfo | undefined
  /** Records an inner step of a composite, whose result no tensor holds. */
  step(operation: Operation, inputs: readonly Value[], shape: readonly number[], dtype: NumericType): Value
  /** The same data as another tensor, one reference more. */
  share(info: TensorInfo): TensorInfo
}
