import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { loss } from "./define.ts"
import { squaredSlope } from "./zeroCentred.ts"

/**
 * DRAGAN's penalty (Kodali et al. 2017, equation 8): `(|grad score(x + d)|_2 - 1)^2` at real examples that noise moves. As in the authors' code the noise is
 * half of the batch's standard deviation times a uniform number in [0, 1) for every value. Give it a weight of 10, the paper's lambda.
 *
 * `1e-12` under the root keeps the gradient of the norm finite at 0.
 */
export const dragan = loss("critic", {
  name: "dragan",
  version: 1,
  options: {
    target: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(1)),
    ),
  },
  opponent({ real, score }, { target }, { draw }) {
    const deviation = tf.sqrt(tf.mean(tf.square(tf.sub(real, tf.mean(real)))))
    const noise = tf.mul(draw("noise", real.shape, { kind: "uniform" }), tf.mul(deviation, 0.5))
    const norms = tf.sqrt(tf.add(squaredSlope(score, tf.add(real, noise)), 1e-12))
    return tf.square(tf.sub(norms, target))
  },
  laws: ({ target }) => ({
    constantSlope: (norm) => (norm - target) ** 2,
    vanishesAt: target,
    declines: { independentExamples: "The noise is as wide as the batch's values spread." },
  }),
  examples: [{}, { target: 0 }],
})
