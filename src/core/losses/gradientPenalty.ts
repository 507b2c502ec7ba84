import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { loss } from "./define.ts"

/**
 * WGAN-GP's penalty (Gulrajani et al. 2017, equation 3): `(|grad score(x)|_2 - target)^2` at points x drawn evenly between a real and
 * a generated example, one share for each pair, which multiplies the real one as in the authors' code. The norm is over all values of an example.
 * Give it a weight of 10, the paper's lambda: `gradientPenalty(10)`.
 *
 * With `oneSided` only what is steeper pays: `max(0, |grad score(x)|_2 - target)^2` (section 4 of the paper, which prefers two sides; WGAN-LP, Petzka et
 * al. 2018).
 *
 * `1e-12` under the root keeps the gradient of the norm finite at 0.
 */
export const gradientPenalty = loss("critic", {
  name: "gradientPenalty",
  version: 1,
  options: {
    target: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(1)),
    ),
    oneSided: Schema.optionalKey(Schema.Boolean),
  },
  opponent({ real, fake, score }, { target, oneSided = false }, { draw }) {
    const [batch, ...sides] = real.shape
    const share = draw("share", [batch!, ...sides.map(() => 1)], { kind: "uniform" })
    const between = tf.add(tf.mul(real, share), tf.mul(fake, tf.sub(1, share)))
    const slopes = tf.grad((x) => tf.sum(score(x)))(between)
    const norms = tf.sqrt(tf.add(tf.sum(tf.square(tf.reshape(slopes, [batch!, -1])), 1), 1e-12))
    const excess = tf.sub(norms, target)
    return tf.square(oneSided ? tf.relu(excess) : excess)
  },
  laws: ({ target, oneSided = false }) => ({
    constantSlope: (norm) => (oneSided ? Math.max(0, norm - target) : norm - target) ** 2,
    vanishesAt: target,
    oneSided,
  }),
  examples: [{}, { target: 0 }, { oneSided: true }],
})
