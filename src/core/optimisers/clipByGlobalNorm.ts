import * as tf from "@saddlepoint/engine/tf"
import type { Sweepable } from "../contracts/axis.ts"
import type { AnyOptimiser, Named, Optimiser } from "../contracts/optimiser.ts"
import { type Plugin, type Use, use } from "../contracts/plugin.ts"
import { chain, type Transform } from "./chain.ts"
import { positive } from "./hyperparameters.ts"

/** PyTorch's `clip_grad_norm_` adds it to the norm. */
const epsilon = 1e-6

export const clipByGlobalNormPlugin: Plugin<"optimiser", Optimiser> = {
  kind: "optimiser",
  name: "clipByGlobalNorm",
  version: 1,
  options: { max: positive },
  slots: { optimiser: { kind: "optimiser" } },
  examples: [
    { max: 1, optimiser: { use: "adam" } },
    { max: 1e3, optimiser: { use: "adamW" } },
  ],
  build: ({ max, optimiser }: { readonly max: number; readonly optimiser: AnyOptimiser }) =>
    chain([clippedByGlobalNorm(max)], optimiser),
}

/**
 * An optimiser that sees the gradients of its whole group scaled down to a norm of `max`, where it is above
 * (Pascanu et al. 2013, algorithm 1), as PyTorch's `clip_grad_norm_`: `g * min(1, max / (|g| + 1e-6))`. A weight decay of the optimiser is
 * added after.
 * @param max above 0
 */
export function clipByGlobalNorm(
  max: Sweepable<number>,
  optimiser: Sweepable<Use<"optimiser">>,
): Use<"optimiser"> {
  return use(clipByGlobalNormPlugin, { max, optimiser })
}

/** The transform by itself, for plug-ins that fix their own optimiser. */
export const clippedByGlobalNorm =
  (max: number): Transform =>
  ({ gradients }) => {
    const names = Object.keys(gradients)
    if (names.length === 0) return gradients
    const scale = tf.minimum(1, tf.div(max, tf.add(globalNorm(gradients), epsilon)))
    return Object.fromEntries(names.map((name) => [name, tf.mul(gradients[name]!, scale)]))
  }

/** The Euclidean norm of all gradients as one vector, a float32 scalar. */
function globalNorm(gradients: Named<tf.Tensor>): tf.Tensor {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))
  return tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square)))
}
