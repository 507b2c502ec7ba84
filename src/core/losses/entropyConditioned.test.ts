import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import { adversarial } from "./adversarial.ts"
import { entropyConditioned } from "./entropyConditioned.ts"
import { builtLoss, noWorld } from "./testing/builtLoss.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const { sides, scope } = builtLoss(entropyConditioned())
const ln3 = Math.log(3)

/** One domain: scores `[2, 1]` and logits `[2, 2]`. */
const domain = (scores: readonly number[], logits: readonly (readonly number[])[]) => ({
  scores: tf.tensor2d([...scores], [scores.length, 1]),
  classLogits: tf.tensor2d(logits.map((row) => [...row])),
})

test("examples that the classifier is sure of count more, by hand", () => {
  // Answers (1/2, 1/2) and (1/4, 3/4): entropies ln 2 and 0.562335, weights 1 + 1/2 and 1 + e^-0.562335 = 1.569877.
  const found = tf.tidy(() => {
    const logits = [
      [0, 0],
      [0, ln3],
    ]
    const seen = { real: domain([0, ln3], logits), fake: domain([-ln3, 0], logits) }
    return [sides.opponent!(seen, noWorld), sides.learner!(seen, noWorld)].map(
      (value) => [value.shape, value.dataSync()[0]!] as const,
    )
  })
  // Real: sp(0) = ln 2 and sp(-ln 3) = ln 4/3; (1.5 * 0.693147 + 1.569877 * 0.287682) / 3.069877 = 0.485801
  // Fake: sp(-ln 3) = ln 4/3 and sp(0) = ln 2; (1.5 * 0.287682 + 1.569877 * 0.693147) / 3.069877 = 0.495027
  // Learner: sp(ln 3) = ln 4 and ln 2; (1.5 * 1.386294 + 1.569877 * 0.693147) / 3.069877 = 1.031831
  expect(found).toEqual([
    [[], expect.closeTo(0.485801 + 0.495027, 5)],
    [[], expect.closeTo(1.031831, 5)],
  ])
  expect(scope).toBe("batch")
})

test("where the classifier is equally sure of all it is binary cross-entropy", () => {
  const score = fc.double({ min: -5, max: 5, noNaN: true })
  const both = fc.tuple(score, score)
  fc.assert(
    fc.property(both, both, fc.double({ min: -4, max: 4, noNaN: true }), (real, fake, logit) => {
      const logits = [
        [logit, 0],
        [0, logit],
      ]
      const bce = builtLoss(adversarial("bce")).sides
      tf.tidy(() => {
        const seen = { real: domain(real, logits), fake: domain(fake, logits) }
        for (const side of ["opponent", "learner"] as const) {
          const plain = tf.mean(bce[side]!(seen, noWorld)).dataSync()[0]!
          expect(sides[side]!(seen, noWorld).dataSync()[0]).toBeCloseTo(plain, 4)
        }
      })
    }),
    { numRuns: 30 },
  )
})

test("no gradient goes through the weights to the classifier", () => {
  const slopes = tf.tidy(() => {
    const { scores, classLogits } = domain(
      [0.5, -1],
      [
        [0, 1],
        [2, 0],
      ],
    )
    const of = (logits: tf.Tensor) => {
      const one = { scores, classLogits: logits }
      return tf.add(
        sides.opponent!({ real: one, fake: one }, noWorld),
        sides.learner!({ real: one, fake: one }, noWorld),
      )
    }
    return Array.from(tf.grad(of)(classLogits).dataSync())
  })
  expect(slopes.every((slope) => slope === 0)).toBe(true)
})
