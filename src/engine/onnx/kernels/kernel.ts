import type { TensorInfo } from "../../tf.ts"
import type { NumericType, Operation, Value } from "../value.ts"

/** What a kernel records with. */
export interface Recorder {
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

// biome-ignore lint/suspicious/noExplicitAny: attributes are typed kernel by kernel in TensorFlow.js
export type KernelAttributes = any

/** Inputs by name, or by position for kernels that take a list; an optional input may be missing. */
export type KernelInputs = Readonly<Record<string, TensorInfo>>

/**
 * Records a TensorFlow.js kernel. Undefined means "not this combination": the call then falls back to
 * TensorFlow.js's own CPU code, so that an unhandled case costs time and never a wrong number.
 */
export type Kernel = (
  inputs: KernelInputs,
  attributes: KernelAttributes,
  recorder: Recorder,
) => TensorInfo | TensorInfo[] | undefined

export type KernelTable = Readonly<Record<string, Kernel>>

export function allFloat(...infos: readonly (TensorInfo | undefined)[]): boolean {
  return infos.every((info) => info?.dtype === "float32")
}
