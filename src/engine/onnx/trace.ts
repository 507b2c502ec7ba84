import type { Value } from "./value.ts"

/** The part of what was recorded that has to be computed now, with a signature that equal graphs share. */
export interface Trace {
  /** Values to compute, inputs before their uses. */
  readonly order: readonly Value[]
  /** Data that they read, in the order of first use. */
  readonly leaves: readonly Value[]
  readonly outputs: readonly Value[]
  /** Everything that decides the graph, except the numbers of one-element leaves. */
  readonly signature: Int32Array
  readonly hash: number
}

let generation = 0
let scratch = new Int32Array(4096)
const leafKinds = new Map<string, number>()

/**
 * Walks back from the values that are alive.
 * @param recorded every value recorded since the last computation, in order
 */
export function traceOf(recorded: readonly Value[], outputs: readonly Value[]): Trace {
  generation++
  for (const value of outputs) value.generation = generation
  for (let i = recorded.length - 1; i >= 0; i--) {
    const value = recorded[i]!
    if (value.generation !== generation) continue
    for (const input of value.inputs) if (!input.computed) input.generation = generation
  }

  const order: Value[] = []
  const leaves: Value[] = []
  let length = 0
  const push = (code: number) => {
    if (length === scratch.length) {
      const larger = new Int32Array(length * 2)
      larger.set(scratch)
      scratch = larger
    }
    scratch[length++] = code
  }
  for (const value of recorded) {
    if (value.generation !== generation) continue
    value.index = order.push(value)
    push(value.operation!.id)
    push(value.inputs.length)
    for (const input of value.inputs) {
      if (!input.computed) push(input.index)
      else if (input.generation === generation) push(-input.index)
      else {
        input.generation = generation
        input.index = leaves.push(input)
        push(-input.index)
        push(kindOf(input))
      }
    }
  }
  for (const output of outputs) push(output.index)
  push(outputs.length)

  const signature = scratch.slice(0, length)
  return { order, leaves, outputs, signature, hash: hashOf(signature) }
}

/** Interns what a graph must know of its input: dtype, shape, layout, and whether it may be a constant. */
export function kindOf(leaf: Value): number {
  if (leaf.leafKind === 0) {
    const role = leaf.scalar === undefined ? "input" : "constant"
    const key = `${leaf.dtype}|${leaf.shape.join()}|${leaf.layout?.join() ?? ""}|${role}`
    let kind = leafKinds.get(key)
    if (kind === undefined) {
      kind = leafKinds.size + 1
      leafKinds.set(key, kind)
    }
    leaf.leafKind = kind
  }
  return leaf.leafKind
}

/** FNV-1a over 32-bit words; the cache compares signatures in full, so that a collision only costs time. */
function hashOf(codes: Int32Array): number {
  let hash = 0x811c9dc5
  for (const code of codes) hash = Math.imul(hash ^ code, 0x01000193) ^ (hash >>> 15)
  return hash
}
