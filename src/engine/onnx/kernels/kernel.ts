import type { TensorInfo } from "../../tf.ts"
import type { NumericType, Operation, Value } from "../value.ts"

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

/** The first of several kernels of one name that handles the inputs, as where each is for some dtypes. */
export function firstOf(...kernels: readonly Kernel[]): Kernel {
  return (inputs, attributes, recorder) => {
    for (const kernel of kernels) {
      const recorded = kernel(inputs, attributes, recorder)
      if (recorded !== undefined) return recorded
    }
    return undefined
  }
}

/** Kernels of several tables; where names meet, the earlier table's kernel is asked first. */
export function merged(...tables: readonly KernelTable[]): KernelTable {
  const all: Record<string, Kernel> = {}
  for (const table of tables) {
    for (const [name, kernel] of Object.entries(table)) {
      const known = all[name]
      all[name] = known === undefined ? kernel : firstOf(known, kernel)
    }
  }
  return all
}
