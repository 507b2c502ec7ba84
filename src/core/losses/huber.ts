import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { loss } from "./define.ts"
import { meanOverDifferences } from "./meanOverDifferences.ts"

/**
 * Huber's loss: a parabola up to differences of `delta`, beyond it a line of the slope there. Mean over positions.
 *
 * Option `form`: `huber`, `d^2 / 2` and `delta (|d| - delta / 2)` (Huber 1964, "Robust estimation of a location parameter"), or `smoothL1`, that
 * divided by delta, `d^2 / (2 delta)` and `|d| - delta / 2`, which comes near L1 (Girshick 2015, "Fast R-CNN", equation 3; PyTorch calls delta
 * `beta` there). With delta 1, the default, they are the same.
 */
export const huber = loss("reconstruction", {
  name: "huber",
  version: 1,
  options: {
    delta: Schema.Finite.check(Schema.isGreaterThan(0, { message: "expected a delta of more than 0" })).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(1)),
    ),
    form: Schema.Literals(["huber", "smoothL1"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("huber" as const)),
    ),
  },
  learner({ output, target }, { delta, form }) {
    const difference = tf.sub(output, target)
    // |d| as in l1
    const size = tf.add(tf.relu(difference), tf.relu(tf.neg(difference)))
    const beyond = tf.relu(tf.sub(size, delta))
    const near = tf.sub(size, beyond)
    const each = tf.add(tf.div(tf.square(near), 2), tf.mul(beyond, delta))
    return tf.mean(form === "huber" ? each : tf.div(each, delta), [1, 2, 3])
  },
  laws({ delta, form }) {
    const huber = (d: number) => (Math.abs(d) <= delta ? d ** 2 / 2 : delta * (Math.abs(d) - delta / 2))
    const constantDifference = form === "huber" ? huber : (d: number) => huber(d) / delta
    return {
      atTarget: 0,
      smoothAtTarget: true,
      constantDifference,
      definition: meanOverDifferences(constantDifference),
    }
  },
  examples: [{}, { delta: 0.25 }, { delta: 0.25, form: "smoothL1" }],
})
