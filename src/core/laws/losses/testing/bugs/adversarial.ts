import * as tf from "@saddlepoint/engine/tf"

import { made, soundLosses, within } from "../soundLosses.ts"
import { type Bugs, detached, opposed } from "./bug.ts"

const { sides: logistic, laws } = soundLosses.logistic

/** A margin of 1 on both sides, and what is paid at a distance inside it. */
const withMargin = (paid: (inside: tf.Tensor) => tf.Tensor) =>
  made("adversarial", "broken", {
    opponent: ({ real, fake }) =>
      tf.add(within(paid(tf.sub(1, real.scores!))), within(paid(tf.add(fake.scores!, 1)))),
    laws: { values: [], margin: 1 },
  })

export const adversarial: Bugs = {
  "a factor of a half": {
    broken: opposed((seen, world) => tf.div(logistic.opponent!(seen, world), 2), laws.values),
    law: "closedForm",
  },
  "scores beyond 5 that count seven times": {
    broken: opposed(
      (seen, world) =>
        tf.add(logistic.opponent!(seen, world), within(tf.mul(tf.relu(tf.sub(-5, seen.real.scores!)), 6))),
      laws.values,
    ),
    law: "closedForm",
  },
  "an opponent that turns back at sure scores": {
    broken: opposed(
      (seen, world) =>
        tf.add(logistic.opponent!(seen, world), within(tf.relu(tf.sub(seen.real.scores!, 12)))),
      [[0, 0, 2 * Math.LN2, Math.LN2]],
    ),
    law: "opponentSign",
  },
  "real and fake swapped": {
    broken: opposed(({ real, fake }, world) => logistic.opponent!({ real: fake, fake: real }, world)),
    law: "opponentSign",
    counterexample: { shape: [1, 1], real: [0], fake: [0], rise: [2.5] },
  },
  "a learner with the wrong sign": {
    broken: made("adversarial", "broken", {
      learner: ({ fake }) => within(tf.softplus(fake.scores!)),
      laws: { values: [] },
    }),
    law: "learnerSign",
    counterexample: { shape: [1, 1], real: [0], fake: [0], rise: [2.5] },
  },
  "a margin of 2": {
    broken: withMargin((inside) => tf.relu(tf.add(inside, 1))),
    law: "margin",
    counterexample: { shape: [1, 1], beyond: [0.125] },
  },
  "a margin that leaks": {
    broken: withMargin((inside) => tf.maximum(inside, tf.mul(inside, 0.01))),
    law: "margin",
  },
  "a gradient that does not reach the fake scores": {
    broken: opposed(({ real, fake }, world) =>
      logistic.opponent!({ real, fake: { scores: detached(fake.scores!) } }, world),
    ),
    law: "gradient",
    counterexample: { shape: [1, 1], real: [0], fake: [0], direction: [1] },
  },
  "a sum over the patches": {
    broken: opposed(({ real }) =>
      tf.sum(tf.reshape(tf.softplus(tf.neg(real.scores!)), [real.scores!.shape[0]!, -1]), 1),
    ),
    law: "meanOverPositions",
  },
}
