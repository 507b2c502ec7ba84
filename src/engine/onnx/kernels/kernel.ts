import type { TensorInfo } from "../../tf.ts"
import type { Recorder } from "../recorder.ts"

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
