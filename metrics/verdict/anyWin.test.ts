import fc from "fast-check"
import { expect, test } from "vitest"
import { pairedT } from "../maths/statistics/pairedT.ts"
import { signFlip } from "../maths/statistics/signFlip.ts"
import { anyWin } from "./anyWin.ts"
import { type Contest, decideFamily } from "./decision.ts"

interface Scored {
  readonly differences: readonly number[]
  readonly margin: number | null
  readonly diverged: number
}

const contest = ({ differences, margin, diverged }: Scored): Contest => ({
  alpha: 0.05,
  higherIsBetter: true,
  test: pairedT(
    differences,
    differences.map(() => 0),
    0.05,
  ),
  exactP: () => signFlip(differences),
  margin,
  headroom: true,
  lost: { challenger: { diverged, failed: 0 }, baseline: { diverged: 0, failed: 0 } },
})

const sumsOf = ({ differences }: Scored) => ({
  pairs: differences.length,
  sum: differences.reduce((sum, value) => sum + value, 0),
  squares: differences.reduce((sum, value) => sum + value * value, 0),
})

/** Differences about a shift, so that all outcomes come, and margins about as large as they are. */
const scored = fc
  .tuple(
    fc.double({ min: -2, max: 2, noNaN: true }),
    fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 }),
  )
  .chain(([shift, spread]) =>
    fc.record<Scored>({
      differences: fc.constant(spread.map((value) => shift + value)),
      margin: fc.option(fc.constantFrom(0.5, 1, 2, 4)),
      diverged: fc.constantFrom(0, 0, 0, 1),
    }),
  )

test("it says what the full rule over all comparisons says", () => {
  fc.assert(
    fc.property(fc.array(scored, { minLength: 1, maxLength: 8 }), (family) => {
      const all = family.map(contest)
      expect(anyWin(0.05, family.length)(family.map(sumsOf), (at) => all[at]!)).toBe(
        decideFamily(all).some(({ outcome }) => outcome === "better"),
      )
    }),
    { numRuns: 1000 },
  )
})

test("a family without anything to claim is not weighed, and of others first those that may claim", () => {
  const nothing: Scored = { differences: [1, -1, 2, -2, 0.5, -0.5], margin: null, diverged: 0 }
  const steady: Scored = { differences: [5, 5.1, 4.9, 5.2, 4.8, 5], margin: null, diverged: 0 }
  const weighed = (family: readonly Scored[]) => {
    const places: number[] = []
    anyWin(0.05, family.length)(family.map(sumsOf), (at) => {
      places.push(at)
      return contest(family[at]!)
    })
    return places
  }
  expect(weighed([nothing, nothing, nothing])).toEqual([])
  const worse = { ...steady, differences: steady.differences.map((value) => -value) }
  expect(weighed([nothing, worse, nothing])).toEqual([1])
  expect(weighed([nothing, steady, nothing])).toEqual([1, 0, 2])
})
