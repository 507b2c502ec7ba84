import { expect, test } from "vitest"
import { barText, meets, type Recipe } from "./recipe.ts"
import { standingOf } from "./standing.ts"
import { table } from "./table.ts"

const recipe: Recipe = {
  experiment: "any",
  arm: "any",
  metric: "accuracy",
  bar: { atLeast: 0.8 },
  minutes: 0.5,
  seeds: 3,
}
const played = (...scores: number[]) =>
  scores.map((score, index) => ({ seed: index + 1, score, seconds: 10 + index }))

test("a bar is stood by what lies on it, on its own side alone", () => {
  expect([0.79, 0.8, 0.81].map((score) => meets({ atLeast: 0.8 }, score))).toEqual([false, true, true])
  expect([0.39, 0.4, 0.41].map((score) => meets({ atMost: 0.4 }, score))).toEqual([true, true, false])
  expect([barText({ atLeast: 0.8 }), barText({ atMost: 0.4 })]).toEqual(["at least 0.8", "at most 0.4"])
})

test("the mean over seeds is held to the bar, with Student's interval beside it", () => {
  const { met, score, seconds, declaredSeconds } = standingOf("one", recipe, played(0.7, 0.8, 0.9), [])
  expect([met, seconds, declaredSeconds]).toEqual([true, 11, 30])
  // t of 2 degrees of freedom at .975 is 4.30265; the standard error 0.1 / sqrt(3).
  expect(score!.mean).toBeCloseTo(0.8, 12)
  expect(score!.high! - score!.mean).toBeCloseTo((4.30265 * 0.1) / Math.sqrt(3), 5)
  expect(standingOf("one", recipe, played(0.7, 0.7, 0.9), []).met).toBe(false)
})

test("a seed without a score misses the bar and says why; one seed alone has no interval", () => {
  const diverged = { seed: 2, evidence: "total became NaN at step 3 of stage translation." }
  const { met, scores, evidence } = standingOf("one", recipe, [...played(0.9), diverged], [])
  expect([met, scores]).toEqual([false, [0.9, null]])
  expect(evidence).toEqual(["Seed 2: total became NaN at step 3 of stage translation."])
  expect(standingOf("one", recipe, played(0.9), []).score).toEqual({ mean: 0.9 })
})

test("the bar is not asked for where the recipe was cut short", () => {
  expect(standingOf("one", recipe, played(0.1), [], false).met).toBeNull()
})

test("the peer is compared seed by seed: its difference is within the spread where the interval holds 0", () => {
  const ours = played(0.8, 0.85, 0.9)
  const alike = standingOf("one", recipe, ours, played(0.81, 0.84, 0.9)).peer!
  expect(alike.difference!.mean).toBeCloseTo(0, 12)
  expect(alike.withinSpread).toBe(true)
  const below = standingOf("one", recipe, ours, played(0.7, 0.751, 0.8)).peer!
  expect([below.withinSpread, below.difference!.low! > 0]).toEqual([false, true])
  const lone = standingOf("one", recipe, ours, played(0.7)).peer!
  expect([lone.difference!.mean.toFixed(3), lone.withinSpread]).toEqual(["0.100", undefined])
})

test("the table has a line for each recipe, and the peer's columns only where there is a peer", () => {
  const alone = table([standingOf("one", recipe, played(0.7, 0.72), [])])
  expect(alone).toMatch(
    /recipe .* met {2}s\/trial {2}declared\none +2 +0\.710 +0\.583\.\.0\.837 +at least 0\.8 +NO +11 +30/,
  )
  const peer = [{ seed: 1, score: 0.7, torch: "2.0", seconds: 9, apart: 2e-6 }]
  const beside = table([
    standingOf("one", recipe, played(0.9), peer),
    standingOf("two", recipe, played(0.9), []),
  ])
  expect(beside).toMatch(/torch score .* losses apart\none .* 0\.200 +- +- +2\.0e-6\ntwo /)
  expect(beside).toContain("PyTorch 2.0")
})
