import * as tf from "@saddlepoint/engine/tf"
import type { AdversarialFacts, LossSide } from "../../../../contracts/loss.ts"
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
    laws: { values: (real, fake) => [Math.max(0, 1 - real) + Math.max(0, 1 + fake), -fake], ...laws },
  })

const size = (scores: tf.Tensor, most: number) => tf.cast(tf.less(tf.abs(scores), most), "float32")

export const adversarial: SubtleBugs = {
  "a margin of 1.1": { broken: hinge(1.1, 1.1), laws: ["closedForm", "margin"] },
  "a margin of 1.1 for fake scores alone": { broken: hinge(1, 1.1), laws: ["closedForm", "margin"] },
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
}
