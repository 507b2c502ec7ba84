import type { Graph } from "./graph/graph.ts"
import type { NumericType } from "./graph/numericType.ts"
import type { Operand } from "./graph/operand.ts"

/** An operation with its attributes fixed: how a recorded value becomes nodes of an ONNX graph. */
export interface Operation {
  /** Small and unique for the key; two values with the same id and equal inputs are equal. */
  readonly id: number
  readonly key: string
  readonly lower: Lower
}

/** What is known of a value before it is computed: its logical shape and its dtype. */
export interface ValueType {
  readonly shape: readonly number[]
  readonly dtype: NumericType
}

/** Emits the nodes of an operation. */
export type Lower = (graph: Graph, inputs: readonly Operand[], value: ValueType) => Operand

const operations = new Map<string, Operation>()

/**
 * The operation of a key; its lowering is made at the first request only.
 * @param key the kernel's name with every attribute that changes its result
 */
export function operation(key: string, makeLower: () => Lower): Operation {
  let known = operations.get(key)
  if (known === undefined) {
    known = { id: operations.size + 1, key, lower: makeLower() }
    operations.set(key, known)
  }
  return known
}
