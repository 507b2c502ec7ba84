import fc from "fast-check"
import { expect, test } from "vitest"
import { holm } from "../maths/statistics/holm.ts"
import { pairedT } from "../maths/statistics/pairedT.ts"
import { smallestExactP } from "../maths/statistics/seedArithmetic.ts"
import { signFlip } from "../maths/statistics/signFlip.ts"
import { type Contest, decideFamily, decisiveP } from "./decision.ts"

const none = { diverged: 0, failed: 0 }

const contest = (differences: readonly number[]): Contest => ({
  alpha: 0.05,
  higherIsBetter: true,
  test: pairedT(
    differences,
    differences.map(() => 0),
    0.05,
  ),
  exactP: () => signFlip(differences),
  margin: null,
  headroom: true,
  lost: { challenger: none, baseline: none },
})

const families = fc.array(
  fc
    .tuple(
      fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 11 }),
      fc.integer({ min: -60, max: 60 }),
    )
    .map(([noise, shift]) => noise.map((value) => value + shift)),
  { minLength: 1, maxLength: 6 },
)

test("whatever is claimed, the t test with Holm's correction claims too, and the seeds agree as far as they can", () => {
  fc.assert(
    fc.property(families, (family) => {
      const contests = family.map(contest)
      const byT = holm(contests.map(({ test }) => test!.pValue))
      decideFamily(contests).forEach(({ outcome, adjustedP }, i) => {
        expect(adjustedP).toBeGreaterThanOrEqual(byT[i]!)
        if (outcome !== "better" && outcome !== "worse") return
        expect(byT[i]!).toBeLessThanOrEqual(0.05)
        const exact = signFlip(family[i]!)
        expect(exact <= 0.05 || exact === smallestExactP(family[i]!.length)).toBe(true)
      })
    }),
  )
})

test("another comparison in the family never turns an open one into a claim", () => {
  fc.assert(
    fc.property(families, (family) => {
      const contests = family.map(contest)
      const [alone] = decideFamily(contests.slice(0, 1))
      const [together] = decideFamily(contests)
      if (alone!.outcome === "inconclusive") expect(together!.outcome).toBe("inconclusive")
    }),
  )
})

test("three steady seeds can win, five of which one disagrees cannot", () => {
  expect(decideFamily([contest([10, 10.5, 11])])[0]!.outcome).toBe("better")
  const split = contest([5, 5, 4.6, 4.8, -0.2])
  expect(split.test!.pValue).toBeLessThan(0.05)
  expect(decisiveP(split)).toBe(0.125) // 4 / 2^5
})

test("beyond the number of seeds whose signs can be counted the t test decides alone", () => {
  const many = { ...contest([1, 2, 3, 4]), exactP: () => null }
  expect(decisiveP(many)).toBe(many.test!.pValue)
})
