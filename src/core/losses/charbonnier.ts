import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { loss } from "./define.ts"
import { meanOverDifferences } from "./meanOverDifferences.ts"

/**
 * A smooth L1: `mean sqrt((output - target)^2 + epsilon^2)`; its least value is `epsilon`.
 *
 * Charbonnier et al. 1994 ("Two deterministic half-quadratic regularization algorithms for computed imaging"), with
 * epsilon 1e-3 as in Lai et al. 2017 (LapSRN, equation 2). Below about 1e-6 a float32 epsilon is lost beside
 * differences of image size, so 1e-6 is the least.
 */
export const charbonnier = loss("reconstruction", {
  name: "charbonnier",
  version: 1,
  options: {
    epsilon: Schema.Finite.check(
      Schema.isGreaterThanOrEqualTo(1e-6, { message: "expected an epsilon of at least 1e-6" }),
    ).pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-3))),
  },
  learner({ output, target }, { epsilon }) {
    const difference = tf.sub(output, target)
    return tf.mean(tf.sqrt(tf.add(tf.square(difference), epsilon ** 2)), [1, 2, 3])
  },
  laws: ({ epsilon }) => ({
    atTarget: epsilon,
    smoothAtTarget: true,
    constantDifference: (difference) => Math.hypot(difference, epsilon),
    definition: meanOverDifferences((difference) => Math.hypot(difference, epsilon)),
  }),
  examples: [{}, { epsilon: 0.1 }],
})
