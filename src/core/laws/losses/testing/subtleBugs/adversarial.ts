import * as tf from "@saddlepoint/engine/tf"
import type { AdversarialFacts, LossSide } from "../../../../contracts/loss.ts"
import { meanOverPairs } from "../../../../losses/objectives/pairwise.ts"
import { made, soundLosses, within } from "../soundLosses.ts"
import { before, only, type SubtleBugs, taught } from "./subtleBug.ts"

const { sides, laws } = soundLosses.logistic
type Side = LossSide<"adversarial">

/** Logistic with another side. */
const broken = (changed: { readonly opponent?: Side; readonly learner?: Side }) =>
  made("adversarial", "broken", { opponent: sides.opponent!, learner: sides.learner!, ...changed, laws })

/** Logistic whose opponent, or both of whose sides, see scores that something was done to. */
const seeing = (see: (scores: tf.Tensor) => tf.Tensor) => {
  const of =
    (side: Side): Side =>
    ({ real, fake }, world) =>
      side({ real: { scores: see(real.scores!) }, fake: { scores: see(fake.scores!) } }, world)
  return broken({ opponent: of(sides.opponent!), learner: of(sides.learner!) })
}

/** The hinge loss with margins of its own, declared as that of margin 1. */
const hinge = (ofReal: number, ofFake: number, laws: Partial<AdversarialFacts> = { margin: 1 }) =>
  made("adversarial", "broken", {
    opponent: ({ real, fake }) =>
      tf.add(within(tf.relu(tf.sub(ofReal, real.scores!))), within(tf.relu(tf.add(ofFake, fake.scores!)))),
    learner: ({ fake }) => tf.neg(within(fake.scores!)),
    laws: { values: hinged, definition: meanOverPairs(hinged), ...laws },
  })
const hinged = (real: number, fake: number) => [Math.max(0, 1 - real) + Math.max(0, 1 + fake), -fake] as const

const size = (scores: tf.Tensor, most: number) => tf.cast(tf.less(tf.abs(scores), most), "float32")

export const adversarial: SubtleBugs = {
  "a margin of 1.1": { broken: hinge(1.1, 1.1), laws: ["closedForm", "margin"] },
  "a margin of 1.1 for fake scores alone": { broken: hinge(1, 1.1), laws: ["closedForm", "margin"] },
  "a margin of 0.9": { broken: hinge(0.9, 0.9), laws: ["closedForm", "margin", "definition"] },
  "a margin of 1.1 that nobody declared": { broken: hinge(1.1, 1, {}), laws: ["closedForm"] },
  "a half of the opponent's loss": {
    broken: broken({ opponent: (seen, world) => tf.div(sides.opponent!(seen, world), 2) }),
    laws: ["closedForm"],
  },
  "real and fake swapped": {
    broken: broken({
      opponent: ({ real, fake }, world) => sides.opponent!({ real: fake, fake: real }, world),
    }),
    laws: ["closedForm", "opponentSign"],
  },
  "the saturating learner for the other": {
    broken: broken({ learner: ({ fake }) => tf.neg(within(tf.softplus(fake.scores!))) }),
    laws: ["closedForm"],
  },
  "a learner with an offset of 9e-5": {
    broken: broken({ learner: (seen, world) => tf.add(sides.learner!(seen, world), 9e-5) }),
    laws: ["closedForm"],
  },
  "scores that are clipped at 5": {
    broken: seeing((scores) => tf.clipByValue(scores, -5, 5)),
    laws: ["closedForm"],
  },
  "scores that are clipped at 18": {
    broken: seeing((scores) => tf.clipByValue(scores, -18, 18)),
    laws: ["closedForm"],
  },
  "a gradient that is dead beyond scores of 10": {
    broken: seeing((scores) => taught(scores, (x) => size(x, 10))),
    laws: ["gradient"],
  },
  "a gradient times 0.998 for fake scores": {
    broken: broken({
      opponent: ({ real, fake }, world) =>
        sides.opponent!({ real, fake: { scores: taught(fake.scores!, () => 0.998) } }, world),
    }),
    laws: ["gradient"],
  },
  "only the first 8 x 8 scores of a map": {
    broken: seeing((scores) => (scores.rank === 4 ? only(scores, 8, [1, 2]) : scores)),
    laws: ["meanOverPositions"],
  },
  "scores from the ninth row on that are held constant": {
    broken: seeing((scores) => (scores.rank === 4 ? taught(scores, (x) => before(x, 8, 1)) : scores)),
    laws: ["gradient"],
  },
  "batches from 4 on that count a hundredth more": {
    broken: seeing((scores) => tf.mul(scores, scores.shape[0]! >= 4 ? 1.01 : 1)),
    laws: ["independentExamples", "closedForm"],
  },
  "examples from the fourth on that are held constant": {
    broken: seeing((scores) => taught(scores, (x) => before(x, 3, 0))),
    laws: ["gradient"],
  },
  "least squares towards 0.99": {
    broken: made("adversarial", "broken", {
      learner: ({ fake }) => within(tf.square(tf.sub(fake.scores!, 0.99))),
      laws: { values: (_, fake) => [0, (fake - 1) ** 2], monotoneBetween: [0, 1] },
    }),
    laws: ["closedForm"],
  },
  "a half of what is paid for fake scores": {
    broken: broken({
      opponent: ({ real, fake }) =>
        tf.add(within(tf.softplus(tf.neg(real.scores!))), tf.div(within(tf.softplus(fake.scores!)), 2)),
    }),
    laws: ["closedForm", "diracGan"],
  },
  "labels of fake scores that are smoothed to 0.1": {
    broken: broken({
      opponent: ({ real, fake }, world) =>
        tf.sub(sides.opponent!({ real, fake }, world), tf.mul(within(fake.scores!), 0.1)),
    }),
    laws: ["closedForm", "opponentSign", "diracGan"],
  },
  "half of the batch that is held constant": {
    broken: seeing((scores) => taught(scores, (x) => before(x, Math.ceil(x.shape[0]! / 2), 0))),
    laws: ["gradient"],
  },
  "a NaN at scores of exactly 0": {
    broken: seeing((scores) => tf.add(scores, tf.mul(tf.log(tf.abs(scores)), 0))),
    laws: ["finite"],
  },
  "an example alone that counts double": {
    broken: seeing((scores) => tf.mul(scores, scores.shape[0] === 1 ? 2 : 1)),
    laws: ["independentExamples", "closedForm"],
  },
  "scores beyond 10 that count a hundredth more": {
    broken: seeing((scores) => tf.add(scores, tf.div(tf.relu(tf.sub(tf.abs(scores), 10)), 100))),
    laws: ["closedForm"],
  },
  "the running mean of the scores that were seen": {
    broken: seeing((scores) => {
      running.mean = 0.999 * running.mean + 0.001 * tf.mean(scores).dataSync()[0]!
      return tf.add(scores, 1e-3 * running.mean)
    }),
    laws: ["repeatable", "steady"],
  },
  "relativistic averages through which no gradient goes": {
    broken: made("adversarial", "broken", {
      opponent: ({ real, fake }) =>
        tf.mean(
          tf.softplus(
            tf.sub(
              taught(tf.mean(fake.scores!), () => 0),
              real.scores!,
            ),
          ),
        ),
      scope: "batch",
      laws: { values: (real, fake) => [softplus(fake - real), 0], shiftInvariant: true },
    }),
    laws: ["gradient", "diracGan"],
  },
  "a relativistic average of real scores beside a number": {
    broken: made("adversarial", "broken", {
      opponent: ({ real, fake }) =>
        tf.mean(tf.softplus(tf.sub(tf.minimum(tf.mean(fake.scores!), 8), real.scores!))),
      scope: "batch",
      laws: { values: (real, fake) => [softplus(fake - real), 0], shiftInvariant: true },
    }),
    laws: ["closedForm", "shiftInvariance"],
  },
}

const running = { mean: 0 }
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
