import { stream } from "@saddlepoint/engine/random"
import { expect, test } from "vitest"
import { brierScore, negativeLogLikelihood } from "./properScores.ts"
import { bestTemperature } from "./temperature.ts"

test("the likelihood and the Brier score are those of the probabilities", () => {
  // Probabilities 1/4 3/4 with label 1, and 1/2 1/2 with label 0.
  const logits = [0, Math.log(3), 5, 5]
  expect(negativeLogLikelihood(logits, [1, 0], 2)).toBeCloseTo((Math.log(4 / 3) + Math.log(2)) / 2, 14)
  expect(brierScore(logits, [1, 0], 2)).toBeCloseTo((2 / 16 + 2 / 4) / 2, 14)
  // A sure and wrong answer costs its distance, without an overflow.
  expect(negativeLogLikelihood([1000, -1000], [1], 2)).toBe(2000)
})

test("two classes with a share p right at one margin have the temperature margin / ln(p / (1 - p))", () => {
  // Three of four right at margin 2: the best confidence is 3/4, whose log odds are ln 3.
  const logits = [2, 0, 2, 0, 0, 2, 2, 0]
  expect(bestTemperature(logits, [0, 0, 1, 1], 2)).toBeCloseTo(2 / Math.log(3), 12)
})

test("no temperature beside the best is better, and logits scaled by c have c times the temperature", () => {
  const source = stream("temperature.test")
  const logits = Float64Array.from({ length: 60 * 4 }, () => 3 * source.normal())
  const labels = Int32Array.from({ length: 60 }, (_, i) => {
    const row = [...logits.subarray(4 * i, 4 * i + 4)]
    return i % 3 === 0 ? source.integer(4) : row.indexOf(Math.max(...row))
  })
  const best = bestTemperature(logits, labels, 4)
  const at = (temperature: number) => negativeLogLikelihood(logits, labels, 4, temperature)
  for (const other of [0.9, 0.999, 1.001, 1.1]) expect(at(best * other)).toBeGreaterThan(at(best))
  expect(
    bestTemperature(
      logits.map((value) => 5 * value),
      labels,
      4,
    ),
  ).toBeCloseTo(5 * best, 9)
})

test("answers that are all right, or no better than chance, have no temperature, in one sentence", () => {
  expect(() => bestTemperature([1, 0, 0, 1], [0, 1], 2)).toThrow(
    "Expected at least 1 wrong answer to fit a temperature, but all are right, so the best is 0; fit it on a larger validation split.",
  )
  expect(() => bestTemperature([1, 0, 0, 1], [1, 0], 2)).toThrow(
    "Expected answers better than chance to fit a temperature, but the likelihood only grows with it; check labels and classes.",
  )
})
