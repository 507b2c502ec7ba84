import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { addModes, mergeModes, modeCoverage, noModes, settledModes } from "./modeCoverage.ts"

/** Four modes at the corners of a square of side 2. */
const mixture = { centres: Float64Array.of(-1, -1, -1, 1, 1, -1, 1, 1), size: 2, deviation: 0.1 }

test("a sample counts for its nearest centre, and as good strictly within three deviations", () => {
  // 0.25 away twice; 0.5 away (not good); exactly 3 deviations of 1/8 away (not good).
  const own = { ...mixture, deviation: 0.125 }
  const found = modeCoverage(Float64Array.of(-1, -0.75, -0.75, 1, 1, 0.5, 1, -0.625), own)
  expect(found.nearest).toEqual([1, 1, 1, 1])
  expect(found.highQuality).toEqual([1, 1, 0, 0])
  expect(found.modes).toBe(2)
  expect(found.highQualityShare).toBe(0.5)
  expect(found.entropy).toBeCloseTo(Math.LN2, 14)
  expect(found.klToUniform).toBeCloseTo(Math.LN2, 14)
  // Half (1/2, 1/2, 0, 0) against (3/8, 3/8, 1/8, 1/8), half uniform against it.
  expect(found.jsToUniform).toBeCloseTo((Math.log(4 / 3) + (Math.log(2 / 3) + Math.log(2)) / 2) / 2, 14)
})

test("a mode needs as many good samples as asked for", () => {
  const samples = Float64Array.of(-1, -1, -1, -1, 1, 1)
  expect(modeCoverage(samples, mixture, { minimumCount: 2 }).modes).toBe(1)
  expect(modeCoverage(samples, mixture, { minimumCount: 1 }).modes).toBe(2)
})

test("reverse KL is against the mixture's own weights", () => {
  const samples = Float64Array.of(-1, -1, -1, -1, -1, 1, 1, 1)
  const weighted = { ...mixture, weights: [0.5, 0.25, 0, 0.25] }
  expect(modeCoverage(samples, weighted).reverseKl).toBeCloseTo(0, 14)
  expect(modeCoverage(samples, mixture).reverseKl).toBe(modeCoverage(samples, mixture).klToUniform)
  // Mass where the mixture has none.
  expect(modeCoverage(Float64Array.of(1, -1), weighted).reverseKl).toBe(Number.POSITIVE_INFINITY)
})

const points = fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: 24, maxLength: 24 })

test("streamed, merged in any grouping and shuffled, the coverage is the one-shot one, within its bounds", () => {
  fc.assert(
    fc.property(points, fc.integer(), (raw, seed) => {
      const own = { ...mixture, deviation: 0.3 }
      const samples = Float64Array.from(raw)
      const part = (from: number, to: number) =>
        addModes(noModes(own), own, samples.subarray(2 * from, 2 * to))
      const whole = modeCoverage(samples, own)
      const [a, b, c] = [part(0, 3), part(3, 7), part(7, 12)]
      expect(settledModes(mergeModes(mergeModes(a, b), c), own)).toEqual(whole)
      expect(settledModes(mergeModes(a, mergeModes(b, c)), own)).toEqual(whole)
      const order = stream(seed).shuffle(Array.from({ length: 12 }, (_, i) => i))
      const shuffled = Float64Array.from(order.flatMap((row) => [raw[2 * row]!, raw[2 * row + 1]!]))
      expect(modeCoverage(shuffled, own)).toEqual(whole)
      if (whole.modes > 0) {
        expect(whole.jsToUniform >= -1e-15 && whole.jsToUniform <= Math.LN2).toBe(true)
        expect(whole.klToUniform).toBeCloseTo(Math.log(4) - whole.entropy, 12)
      }
    }),
  )
})

test("without a good sample nothing is covered and the divergences are undefined", () => {
  const found = modeCoverage(Float64Array.of(0, 0), mixture)
  expect([found.modes, found.highQualityShare, found.entropy, found.klToUniform]).toEqual([
    0,
    0,
    Number.NaN,
    Number.NaN,
  ])
})

test("no samples, points that are not finite and mixtures that do not match are refused in one sentence", () => {
  expect(() => modeCoverage(new Float64Array(0), mixture)).toThrow(
    "Expected at least 1 sample for mode coverage, but got 0.",
  )
  expect(() => modeCoverage(Float64Array.of(Number.NaN, 0), mixture)).toThrow(
    "Expected finite points, but one holds NaN or infinity; look at the trial's losses.",
  )
  expect(() => noModes({ ...mixture, weights: [1] })).toThrow(
    "Expected centres of 2 dimensions and a weight for each, but got 8 numbers and 1 weights.",
  )
})
