import * as tf from "@saddlepoint/engine/tf"
import { made, slopes, squared } from "../soundLosses.ts"
import { type Bugs, detached } from "./bug.ts"

/** Of the norms of a critic's gradient at real images. */
const ofNorms = (paid: (norms: tf.Tensor) => tf.Tensor, vanishesAt: number) =>
  made("critic", "broken", {
    opponent: ({ real, score }) => paid(tf.sqrt(tf.add(squared(slopes(score, real)), 1e-12))),
    laws: { vanishesAt },
  })

export const critic: Bugs = {
  "a gradient that is taken for a constant": {
    broken: made("critic", "broken", {
      opponent: ({ real, score }) => tf.mul(squared(detached(slopes(score, real))), 5),
      laws: { constantSlope: (norm) => 5 * norm ** 2, vanishesAt: 0 },
    }),
    law: "gradient",
  },
  "the gradient of the batch's mean score": {
    broken: made("critic", "broken", {
      opponent: ({ real, score }) => squared(tf.grad((x) => tf.mean(score(x)))(real)),
      laws: { vanishesAt: 0 },
    }),
    law: "independentExamples",
  },
  "a factor of a half": {
    broken: made("critic", "broken", {
      opponent: ({ real, score }) => tf.mul(squared(slopes(score, real)), 2.5),
      laws: { constantSlope: (norm) => 5 * norm ** 2, vanishesAt: 0 },
    }),
    law: "constantSlope",
  },
  "norms that are drawn to 0 instead of 1": {
    broken: ofNorms((norms) => tf.square(norms), 1),
    law: "vanishing",
  },
  "the wrong sign": {
    broken: ofNorms((norms) => tf.neg(tf.square(norms)), 0),
    law: "neverNegative",
  },
  "one side of two": {
    broken: ofNorms((norms) => tf.square(tf.relu(tf.sub(norms, 1))), 1),
    law: "flatterCritics",
  },
}
