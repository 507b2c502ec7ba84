import * as tf from "@saddlepoint/engine/tf"
import { made, soundLosses, within } from "../soundLosses.ts"
import { taught } from "../subtleBugs/subtleBug.ts"
import { type Bugs, detached, opposed } from "./bug.ts"

const { sides: logistic, laws } = soundLosses.logistic

/** A margin of 1 on both sides, and what is paid at a distance inside it. */
const withMargin = (paid: (inside: tf.Tensor) => tf.Tensor) =>
  made("adversarial", "broken", {
    opponent: ({ real, fake }) =>
      tf.add(within(paid(tf.sub(1, real.scores!))), within(paid(tf.add(fake.scores!, 1)))),
    laws: { values: [], margin: 1 },
  })

/** What is known of logistic where nobody is sure, and no more. */
const undecided = [[0, 0, 2 * Math.LN2, Math.LN2]] as const

/** Logistic in which examples that a classifier is sure of count more, with or without a gradient through how much. */
function weighted(losses: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const shares = tf.softmax(logits)
  const weights = tf.add(1, tf.sum(tf.square(shares), 1))
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.sum(weights))
}

export const adversarial: Bugs = {
  "a factor of a half": {
    broken: opposed((seen, world) => tf.div(logistic.opponent!(seen, world), 2), undecided),
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
  "scores that are clipped at 15, of a loss that is said to mind differences alone": {
    broken: made("adversarial", "broken", {
      opponent({ real, fake }) {
        const [above, below] = [real, fake].map(({ scores }) => within(tf.clipByValue(scores!, -15, 15)))
        return tf.sub(below!, above!)
      },
      laws: { values: [[2, -3, -5, 3]], shiftInvariant: true },
    }),
    law: "shiftInvariance",
  },
  "a slope of 7 at scores that nobody declared": {
    broken: made("adversarial", "broken", {
      opponent: (seen, world) =>
        tf.add(logistic.opponent!(seen, world), within(tf.mul(tf.relu(tf.sub(-5, seen.real.scores!)), 6))),
      laws: { values: undecided, lipschitz: 1 },
    }),
    law: "lipschitz",
  },
  "a learner that pays less than nothing where it is sure": {
    broken: made("adversarial", "broken", {
      learner: (seen, world) =>
        tf.sub(logistic.learner!(seen, world), within(tf.div(tf.relu(tf.sub(seen.fake.scores!, 10)), 100))),
      laws: { values: undecided, least: [0, 0] },
    }),
    law: "leastValues",
  },
  "weights of examples that are learnt through": {
    broken: made("adversarial", "broken", {
      opponent: ({ real, fake }) =>
        tf.add(
          weighted(within(tf.softplus(tf.neg(real.scores!))), real.classLogits!),
          weighted(within(tf.softplus(fake.scores!)), fake.classLogits!),
        ),
      scope: "batch",
      laws: { ...laws, classLogits: true },
    }),
    law: "heldBack",
  },
  "a gradient that is dead near 0, but not at 0": {
    broken: opposed(
      ({ real, fake }, world) =>
        logistic.opponent!({ real, fake: { scores: taught(fake.scores!, awayFromZero) } }, world),
      laws.values,
    ),
    law: "diracGan",
  },
  "pairs in the place of averages": {
    broken: made("adversarial", "broken", {
      opponent: ({ real, fake }) => tf.mul(2, tf.mean(tf.softplus(tf.sub(fake.scores!, real.scores!)))),
      scope: "batch",
      laws: {
        values: (real, fake) => [2 * softplus(fake - real), 2 * softplus(real - fake)],
        definition: ({ scores: real }, { scores: fake }) => [
          mean(real!.values.map((score) => softplus(mean(fake!.values) - score))) +
            mean(fake!.values.map((score) => softplus(score - mean(real!.values)))),
          0,
        ],
      },
    }),
    law: "definition",
  },
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/** 0 for scores within a hundredth of 0, unless they are 0. */
const awayFromZero = (scores: tf.Tensor) =>
  tf.cast(tf.logicalOr(tf.equal(scores, 0), tf.greater(tf.abs(scores), 0.01)), "float32")
