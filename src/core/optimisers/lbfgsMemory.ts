import type { HostStateField, Named } from "../contracts/optimiser.ts"
import { type CurvaturePair, curvaturePair, type Vector } from "./curvaturePairs.ts"

/** What one direction of L-BFGS leaves to the next. */
export interface Memory {
  /** Directions so far. */
  readonly iterations: number
  /** Oldest first. */
  readonly pairs: readonly CurvaturePair[]
  /** The last move, and the gradient before it. */
  readonly last?: { readonly move: Vector; readonly gradient: Vector }
}

/** The pairs with the one of the last move, if that curves upwards. */
export function remembered(
  { pairs, last }: Memory,
  gradient: Vector,
  history: number,
): readonly CurvaturePair[] {
  if (last === undefined) return pairs
  const change = Float64Array.from(gradient, (value, i) => value - last.gradient[i]!)
  const pair = curvaturePair(last.move, change)
  return pair === undefined ? pairs : [...pairs, pair].slice(-history)
}

/** A memory as float32 tensors of fixed shapes; rows that are not used are 0. */
export function toState(
  { iterations, pairs, last }: Memory,
  history: number,
  size: number,
): Named<HostStateField> {
  const rows = (part: "move" | "change"): HostStateField => {
    const values = new Float32Array(history * size)
    for (const [row, pair] of pairs.entries()) values.set(pair[part], row * size)
    return { shape: [history, size], values }
  }
  const vector = (values: Vector | undefined): HostStateField => ({
    shape: [size],
    values: values === undefined ? new Float32Array(size) : Float32Array.from(values),
  })
  const scalar = (value: number): HostStateField => ({ shape: [], values: Float32Array.of(value) })
  return {
    iterations: scalar(iterations),
    pairs: scalar(pairs.length),
    moves: rows("move"),
    changes: rows("change"),
    moved: scalar(last === undefined ? 0 : 1),
    lastMove: vector(last?.move),
    lastGradient: vector(last?.gradient),
  }
}

/** The memory of a state as `toState` gave it. */
export function fromState(state: Named<Float32Array>, size: number): Memory {
  const row = (part: "moves" | "changes", index: number) =>
    state[part]!.subarray(index * size, (index + 1) * size)
  // Rounding to float32 may have flattened a pair that hardly curved.
  const pairs = Array.from({ length: state.pairs![0]! }, (_, index) =>
    curvaturePair(row("moves", index), row("changes", index)),
  ).filter((pair) => pair !== undefined)
  const last = { move: state.lastMove!, gradient: state.lastGradient! }
  return { iterations: state.iterations![0]!, pairs, ...(state.moved![0] === 0 ? {} : { last }) }
}
