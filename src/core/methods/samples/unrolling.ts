import * as tf from "@saddlepoint/engine/tf"
import type { Player, Values } from "../../contracts/player.ts"

/** How far a generator looks ahead. */
export interface Unrolling {
  /** Steps of gradient descent that its opponent is thought to take; 1 to 10 in Metz et al. 2017. */
  readonly steps: number
  /** Learning rate of these steps. */
  readonly rate: number
}

/** What a player says of some inputs, in training. */
export type Judge = (inputs: Values) => Values

/** Why a discriminator cannot be unrolled. */
export const notUnrolled =
  "Expected a discriminator whose gradients can be differentiated again to unroll, but got one of another kind; take mlpDiscriminator()."

/**
 * An opponent as it will be after some more steps of gradient descent on its objective (unrolled GAN: Metz et al. 2017, equations 4 to 6). A gradient
 * through it also goes through these steps: it knows how the opponent will react. The opponent itself stays as it is. The authors unroll Adam
 * or gradient descent; this is the latter.
 *
 * @param objective what the opponent lowers, by what it says
 * @throws one sentence where the player cannot be applied with other variables
 */
export function unrolled(
  opponent: Player,
  { steps, rate }: Unrolling,
  objective: (judge: Judge) => tf.Scalar,
): Judge {
  if (opponent.applyWith === undefined) throw new Error(notUnrolled)
  const names = Object.keys(opponent.variables)
  let weights: Values = opponent.variables
  const judgeWith =
    (values: Values): Judge =>
    (inputs) =>
      opponent.applyWith!(values, inputs, "train")
  for (let step = 0; step < steps; step++) {
    const before = weights
    const named = (values: readonly tf.Tensor[]) =>
      Object.fromEntries(names.map((name, at) => [name, values[at]!]))
    const slopes = tf.grads((...values: tf.Tensor[]) => objective(judgeWith(named(values))))(
      names.map((name) => before[name]!),
    )
    weights = named(names.map((name, at) => tf.sub(before[name]!, tf.mul(slopes[at]!, rate))))
  }
  return judgeWith(weights)
}
