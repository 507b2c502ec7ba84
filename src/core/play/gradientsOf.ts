import * as tf from "@saddlepoint/engine/tf"
import type { Learn, Scene } from "../contracts/game.ts"
import type { Values } from "../contracts/player.ts"

/** What a move found before anything changes. */
export interface Found {
  /** By TensorFlow.js's names of the variables; absent where no gradient reaches. */
  readonly gradients: Readonly<Record<string, tf.Tensor | undefined>>
  /** By `move/term`, and `move/total`. */
  readonly terms: Readonly<Record<string, tf.Tensor>>
  /** What later moves of the step may see; to be released at its end. */
  readonly made: Values
}

/** The gradient of a move's objective in some variables; within a step. */
export function gradientsOf(move: Learn, variables: readonly tf.Variable[], scene: Scene): Found {
  const terms: Record<string, tf.Tensor> = {}
  const made: Record<string, tf.Tensor> = {}
  const { value, grads } = tf.variableGrads(() => {
    const objective = move.objective(scene)
    // The gradient's scope releases all but the total.
    for (const [name, term] of Object.entries(objective.terms)) terms[name] = tf.keep(term.clone())
    for (const [name, tensor] of Object.entries(objective.made ?? {})) made[name] = tf.keep(tensor.clone())
    return objective.total
  }, [...variables])
  const reported: Record<string, tf.Tensor> = {}
  for (const [name, term] of Object.entries(terms)) {
    reported[`${move.name}/${name}`] = term.clone()
    term.dispose()
  }
  reported[`${move.name}/total`] = value
  return { gradients: grads, terms: reported, made }
}
