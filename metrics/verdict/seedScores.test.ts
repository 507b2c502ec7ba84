import fc from "fast-check"
import { expect, test } from "vitest"
import { describe } from "./description.ts"
import { pairedDifferences, seedScores } from "./seedScores.ts"

test("differences pair the seeds that both arms have, in rising order", () => {
  const challenger = seedScores([
    [7, 1],
    [2, 5],
    [9, 0],
  ])
  const baseline = seedScores([
    [2, 4],
    [7, 3],
  ])
  expect(pairedDifferences(challenger, baseline)).toEqual([
    { seed: 2, difference: 1 },
    { seed: 7, difference: -2 },
  ])
})

test("the order in which seeds come does not matter", () => {
  const entries = fc.uniqueArray(fc.tuple(fc.integer(), fc.integer()), { selector: ([seed]) => seed })
  fc.assert(
    fc.property(entries, (entries) => {
      expect([...seedScores(entries)]).toEqual([...seedScores(entries.toReversed())])
    }),
  )
})

test("two scores for one seed, no number and no seed are refused", () => {
  expect(() =>
    seedScores([
      [1, 0.5],
      [1, 0.6],
    ]),
  ).toThrow("Expected one score for each training seed, but seed 1 has two")
  expect(() => seedScores([[1, Number.NaN]])).toThrow("Expected a finite score, but seed 1 has NaN")
  expect(() => seedScores([[0.5, 1]])).toThrow("Expected an integer as training seed, but got 0.5.")
})

test("values that do not say their seeds are no scores, for the type checker", () => {
  const scores = seedScores([
    [0, 1],
    [1, 2],
  ])
  const perImage = [0.1, 0.2, 0.3]
  // @ts-expect-error values of single images are no repetitions of a training
  expect(() => describe(perImage, scores, true, 0.05)).toThrow()
  // @ts-expect-error nor is any map that nobody checked
  expect(describe(new Map([[0, 1]]), scores, true, 0.05).cliffsDelta).toBeNull()
})
