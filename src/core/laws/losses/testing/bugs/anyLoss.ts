import * as tf from "@saddlepoint/engine/tf"

import { made, soundLosses, squared, within } from "../soundLosses.ts"
import { type Bugs, detached, ofDifference, opposed } from "./bug.ts"

export const anyLoss: Bugs = {
  "a unit axis that is left over": {
    broken: made("reconstruction", "broken", {
      learner: ({ output, target }) => tf.mean(tf.mean(tf.square(tf.sub(output, target)), [1, 2]), 1, true),
      laws: { atTarget: 0, smoothAtTarget: true },
    }),
    law: "shape",
  },
  "a softplus that overflows": {
    broken: opposed(({ real, fake }) =>
      tf.add(
        within(tf.log(tf.add(tf.exp(tf.neg(real.scores!)), 1))),
        within(tf.log(tf.add(tf.exp(fake.scores!), 1))),
      ),
    ),
    law: "finite",
  },
  "noise that no seed controls, in batches of several": {
    broken: ofDifference((d) =>
      d.shape[0] === 1 ? tf.square(d) : tf.add(tf.square(d), tf.randomUniform(d.shape, 0, 1e-7)),
    ),
    law: "repeatable",
  },
  "a value that changes after 300 calls": {
    broken: made("reconstruction", "broken", {
      learner: ({ output, target }) => tf.add(within(tf.square(tf.sub(output, target))), wear()),
      laws: { atTarget: 0, smoothAtTarget: true },
    }),
    law: "steady",
  },
  "squares that cancel": {
    broken: ofDifference((d) => tf.sub(tf.square(tf.add(d, 1e3)), tf.add(tf.mul(d, 2e3), 1e6))),
    law: "rounding",
  },
  "a gradient that does not reach the output": {
    broken: made("reconstruction", "broken", {
      learner: ({ output, target }) => within(tf.square(tf.sub(detached(output), target))),
      laws: { atTarget: 0, smoothAtTarget: true },
    }),
    law: "gradient",
    counterexample: { shape: [1, 1, 1, 1], output: [0], target: [-0.125], direction: [1] },
  },
  "a slope that is one percent too small": {
    broken: ofDifference((d) => tf.square(detached(d, 0.99))),
    law: "gradient",
  },
  "a sum over positions instead of their mean": {
    broken: made("reconstruction", "broken", {
      learner: ({ output, target }) => squared(tf.sub(output, target)),
      laws: { atTarget: 0, smoothAtTarget: true },
    }),
    law: "meanOverPositions",
    counterexample: { shape: [1, 1, 1, 1], output: [0], target: [-0.125], repeat: [2, 2, 2] },
  },
  "examples that are centred by the batch": {
    broken: ofDifference((d) => tf.square(tf.sub(d, tf.mean(d, 0, true)))),
    law: "independentExamples",
    counterexample: { shape: [2, 1, 1, 1], output: [0], target: [0, 0.125] },
  },
  "a batch whose first example counts twice": {
    broken: made("adversarial", "broken", {
      learner({ fake }) {
        const each = within(tf.softplus(tf.neg(fake.scores!)))
        const [rows] = each.shape
        const counts = tf.tensor1d(Array.from({ length: rows! }, (_, row) => (row === 0 ? 2 : 1)))
        return tf.div(tf.sum(tf.mul(each, counts)), tf.sum(counts))
      },
      scope: "batch",
      laws: soundLosses.logistic.laws,
    }),
    law: "batchPermutation",
  },
}

let calls = 0

/** Too little for a law that does not compare bits, and later than `repeatable` compares them where tests try it. */
function wear(): number {
  calls++
  return calls > 300 ? 1e-7 : 0
}
