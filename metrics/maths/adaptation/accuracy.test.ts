import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { classAccuracies, topKAccuracy } from "./accuracy.ts"
import { addConfusion, mergeConfusions, noConfusion } from "./confusion.ts"
import { answersOf, softmax } from "./logits.ts"

test("accuracies are shares of the confusion matrix with Wilson intervals", () => {
  // Two of three and one of one: 3/4 over all, 2/3 and 1 by class, the third class is absent.
  const confusion = addConfusion(noConfusion(3), [0, 0, 0, 1], [0, 0, 1, 1])
  const found = classAccuracies(confusion, 0.05)
  expect([found.right, found.count, found.accuracy]).toEqual([3, 4, 0.75])
  expect(found.byClass.map(({ accuracy }) => accuracy)).toEqual([2 / 3, 1, Number.NaN])
  expect(found.meanOfClasses).toBeCloseTo(5 / 6, 15)
  // Wilson by hand, z = 1.959963984540054: centre (0.75 + z^2 / 8) / (1 + z^2 / 4) = 0.62753..., half-width 0.32692...
  const z2 = 1.959963984540054 ** 2
  const centre = (0.75 + z2 / 8) / (1 + z2 / 4)
  const reach = (Math.sqrt(z2) / (1 + z2 / 4)) * Math.sqrt((0.75 * 0.25) / 4 + z2 / 64)
  expect(found.low).toBeCloseTo(centre - reach, 10)
  expect(found.high).toBeCloseTo(centre + reach, 10)
  expect(() => classAccuracies(noConfusion(2), 0.05)).toThrow(
    "Expected at least 1 labelled sample for an accuracy, but got 0; judge a split that has labels.",
  )
})

const answers = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), {
  minLength: 1,
  maxLength: 40,
})

test("counted in parts, merged in any grouping and in any order, the confusion matrix is the one-shot one", () => {
  fc.assert(
    fc.property(answers, fc.nat(40), fc.nat(40), fc.integer(), (pairs, i, j, seed) => {
      const [from, to] = [Math.min(i, j), Math.max(i, j)]
      const count = (part: typeof pairs) =>
        addConfusion(
          noConfusion(4),
          part.map(([label]) => label),
          part.map(([, answer]) => answer),
        )
      const whole = count(pairs)
      const [a, b, c] = [count(pairs.slice(0, from)), count(pairs.slice(from, to)), count(pairs.slice(to))]
      expect(mergeConfusions(mergeConfusions(a, b), c)).toEqual(whole)
      expect(mergeConfusions(a, mergeConfusions(b, c))).toEqual(whole)
      expect(count(stream(seed).shuffle(pairs))).toEqual(whole)
      const { accuracy, low, high } = classAccuracies(whole, 0.1)
      expect(low >= 0 && low <= accuracy + 1e-12 && accuracy <= high + 1e-12 && high <= 1).toBe(true)
    }),
  )
})

test("top-k accuracy grows with k, is the confusion matrix's accuracy at 1 and 1 at all classes", () => {
  const logits = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 20, maxLength: 20 })
  const labels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 })
  fc.assert(
    fc.property(logits, labels, (scores, truth) => {
      const at = [1, 2, 3, 4].map((k) => topKAccuracy(scores, truth, 4, k, 0.05).accuracy)
      expect(at).toEqual(at.toSorted((a, b) => a - b))
      expect(at[3]).toBe(1)
      const confusion = addConfusion(noConfusion(4), truth, answersOf(scores, 4))
      expect(classAccuracies(confusion, 0.05).accuracy).toBe(at[0])
    }),
  )
})

test("softmax of large logits does not overflow", () => {
  expect([...softmax([1000, 1000, -1000, 0], 2)]).toEqual([0.5, 0.5, 0, 1])
})

test("labels that are no class, and logits that do not match, are refused in one sentence", () => {
  expect(() => topKAccuracy([1, 2], [2], 2, 1, 0.05)).toThrow(
    "Expected labels from 0 to 1, but label 0 is 2; check the number of classes.",
  )
  expect(() => topKAccuracy([1, 2, 3], [0], 2, 1, 0.05)).toThrow(
    "Expected 2 logits for each label, but got 3 logits and 1 labels.",
  )
  expect(() => mergeConfusions(noConfusion(2), noConfusion(3))).toThrow(
    "Expected confusion matrices of equally many classes, but got 2 and 3.",
  )
})
