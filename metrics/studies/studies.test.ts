import { expect, test } from "vitest"
import { bootstrapCoverage } from "../verdict/bootstrapCoverage.ts"
import { coverage } from "./coverage.ts"
import { familyError } from "./familyError.ts"
import { power } from "./power.ts"
import { type ShapeName, shapes } from "./shapes.ts"
import { unequalShapes } from "./unequalShapes.ts"

const size = { repetitions: 200, alpha: 0.05 }

test.each(Object.keys(shapes) as ShapeName[])(
  "with both arms %s, the family-wise share of false better stays within alpha and two standard errors",
  (shape) => {
    for (const seeds of [3, 5, 6, 10]) {
      for (const row of familyError(shape, seeds, [1, 3, 10], size)) {
        if (row.rule === "ours") expect(row.better).toBeLessThanOrEqual(size.alpha + 2 * row.standardError)
      }
    }
  },
)

test("one seed of the simulation gives one table", () => {
  expect(familyError("normal", 4, [1, 3], size)).toEqual(familyError("normal", 4, [1, 3], size))
})

test("demanding the exact p outright says nothing at five seeds, where ours finds large effects", () => {
  const { found } = power(2, 5, 1, size)
  expect(found["t and exact"]).toBe(0)
  // 86 % in the table of README.md; 200 repetitions have a standard error of 2.5 %.
  expect(found.ours).toBeGreaterThan(0.76)
  expect(found.ours).toBeLessThanOrEqual(found["t alone"])
})

test("percentile intervals cover as the table beside verdicts says, far less than the t interval at few seeds", () => {
  const { t, percentile, bca } = coverage("normal", 5, { repetitions: 1000, alpha: 0.05 })
  // Standard errors: 1.2 % at 83 %, 0.7 % at 95 %; four of them.
  expect(Math.abs(percentile - bootstrapCoverage[5]!.percentile)).toBeLessThan(0.05)
  expect(Math.abs(bca - bootstrapCoverage[5]!.bca)).toBeLessThan(0.05)
  expect(Math.abs(t - 0.95)).toBeLessThan(0.03)
})

test("a challenger that collapses now and then fools our rule no more often than the t test, survivors fool most", () => {
  const { better, diverged } = unequalShapes(12, 5, { repetitions: 500, alpha: 0.05 })
  expect(better.ours).toBeLessThanOrEqual(better["t alone"])
  expect(diverged.ours).toBeLessThan(diverged.survivorsOnly)
})
