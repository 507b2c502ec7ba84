import type { StepContext } from "../../engine.ts"
import type * as tf from "../../tf.ts"

/** One pass of a batch through a network. */
export interface Pass {
  readonly context: StepContext
  /** Whether batch normalisation moves its running averages; false where a pass repeats one of the same step. */
  readonly moves: boolean
}

/** A function of images `[B, H, W, C]`, float32, with variables of its own. */
export type Layer = (x: tf.Tensor4D, pass: Pass) => tf.Tensor4D

/** One layer after the other. */
export function sequence(...layers: readonly Layer[]): Layer {
  return (x, pass) => layers.reduce((value, layer) => layer(value, pass), x)
}
