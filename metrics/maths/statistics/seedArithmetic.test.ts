import { expect, test } from "vitest"
import { pairedTPower } from "./power.ts"
import {
  powerInWords,
  seedPower,
  seedsForExactTest,
  smallestExactP,
  whatSeedsCanShow,
} from "./seedArithmetic.ts"

test("the smallest exact p is 2 / 2^n", () => {
  expect([3, 5, 6, 8].map(smallestExactP)).toEqual([0.25, 0.0625, 0.03125, 0.0078125])
})

test("ten comparisons need nine seeds for an exact test at 0.05, as 10 x 2 / 2^9 = 0.039", () => {
  expect(seedsForExactTest(10, 0.05)).toBe(9)
  expect(seedsForExactTest(1, 0.05)).toBe(6)
})

test("five seeds and two comparisons are said to rest on the t test", () => {
  const [exact, power] = whatSeedsCanShow(5, 2, 0.05)
  expect(exact).toContain("2/2^5 = 0.0625, above 0.025 (the strictest of 2 steps of Holm at 0.05)")
  expect(exact).toContain("7 seeds would need no such assumption")
  expect(power).toContain("80 %")
})

test("one seed can show nothing", () => {
  expect(whatSeedsCanShow(1, 2, 0.05)).toEqual([
    "One seed gives no interval and no test: every verdict will be inconclusive; plan at least two seeds, better five.",
  ])
})

test("the numbers say what the sentences say, and keep their sense for very many seeds and for one", () => {
  const power = seedPower(5, 2, 0.05)
  expect(power).toMatchObject({ seeds: 5, comparisons: 2, strictestAlpha: 0.025, smallestP: 2 / 2 ** 5 })
  expect(pairedTPower(power.detectableEffect!, 5, 0.025)).toBeCloseTo(0.8, 8)
  expect(pairedTPower(power.detectableEffectMostLenient!, 5, 0.05)).toBeCloseTo(0.8, 8)
  expect(powerInWords(power)).toEqual(whatSeedsCanShow(5, 2, 0.05))
  expect(seedPower(1, 2, 0.05)).toMatchObject({ smallestP: null, detectableEffect: null })
  expect(smallestExactP(1025)).toBe(2 ** -1024)
  expect(whatSeedsCanShow(2000, 1, 0.05)[0]).toContain("2/2^2000, low enough")
})
