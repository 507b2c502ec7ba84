import fc from "fast-check"
import { batches, evenly, extremes, repeats, scores, shapeOf, sizes } from "../draws.ts"
import { both, type Input, type RoleExamples } from "./role.ts"

const scored = (name: string, learning: Input["learning"]): Input => ({
  name,
  shape: (shape) => shape,
  values: scores,
  spread: evenly(8, 20),
  extremes: extremes(1e4),
  learning,
})

const logits = (name: string): Input => ({
  name,
  shape: ([batch]) => [batch!, 3],
  values: scores,
  spread: evenly(8, 20),
  extremes: extremes(100),
  positions: false,
  learning: [],
})

const one = fc.constant(1)

/** A side of a map of scores. */
const side = sizes(1, 12)

/** One score for each example, or a map of them; the learner can do nothing about the scores of real examples. */
export const adversarial: RoleExamples<"adversarial"> = {
  shapes: (_loss, leastBatch) =>
    fc.oneof(
      { withCrossShrink: true },
      shapeOf(batches(leastBatch), one),
      shapeOf(batches(leastBatch), side, side, one),
    ),
  inputs({ laws }) {
    const scores = [scored("real", ["opponent"]), scored("fake", both)]
    return laws.classLogits ? [...scores, logits("realLogits"), logits("fakeLogits")] : scores
  },
  see: ({ real, fake, realLogits, fakeLogits }) => ({
    real: { scores: real!, ...(realLogits === undefined ? {} : { classLogits: realLogits }) },
    fake: { scores: fake!, ...(fakeLogits === undefined ? {} : { classLogits: fakeLogits }) },
  }),
  positions() {
    return {
      shapes: shapeOf(batches(1), side, side, one),
      repeats: shapeOf(repeats, repeats, one),
      flat: false,
    }
  },
}
