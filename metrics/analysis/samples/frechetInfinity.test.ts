import { expect, test } from "vitest"
import { frechetDistance } from "../../maths/features/frechet.ts"
import { momentsOf } from "../../maths/features/moments.ts"
import { gaussianRows, inBlocks, rowsOf } from "../../maths/features/testing/gaussianRows.ts"
import { frechetInfinity } from "./frechetInfinity.ts"

const size = 16
/** The standard normal, exactly. */
const standard = {
  mean: new Float64Array(size),
  covariance: Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0)),
}

test.each([
  ["a twin of the reference", 0, 1],
  ["a wider Gaussian", 0, 1.3],
  ["a shifted Gaussian", 0.2, 1],
])("the intercept is nearer to the true distance than that of all vectors: %s", (name, shift, spread) => {
  // Between N(shift, spread^2 I) and N(0, I): size (shift^2 + (spread - 1)^2).
  const truth = size * (shift ** 2 + (spread - 1) ** 2)
  let [ofAll, ofLine] = [0, 0]
  for (let seed = 0; seed < 20; seed++) {
    const rows = rowsOf(
      gaussianRows(400, size, name, seed).map((value) => spread * value + shift),
      size,
    )
    const { value, slope, points } = frechetInfinity(rows, standard, { seed })
    expect(slope).toBeGreaterThan(0)
    expect(points).toHaveLength(15)
    ofAll += (points.at(-1)!.fid - truth) / 20
    ofLine += (value - truth) / 20
  }
  // Of 20 samples, so that it is the bias that is compared; it is above 0 where all vectors are taken.
  expect(ofAll).toBeGreaterThan(0)
  expect(Math.abs(ofLine)).toBeLessThan(ofAll / 3)
})

test("sizes go at equal steps from half of the vectors to all of them, where there are fewer than 10,000", () => {
  const rows = rowsOf(gaussianRows(200, 2, "sizes"), 2)
  const reference = momentsOf(rowsOf(gaussianRows(50, 2, "reference"), 2))
  const { points } = frechetInfinity(rows, reference, { seed: 1, points: 5 })
  expect(points.map(({ n }) => n)).toEqual([100, 125, 150, 175, 200])
  expect(points.at(-1)!.fid).toBeCloseTo(frechetDistance(momentsOf(rows), reference), 12)
  const many = rowsOf(gaussianRows(12_000, 1, "many"), 1)
  const line = frechetInfinity(many, momentsOf(many), { seed: 1, points: 3 })
  expect(line.points.map(({ n }) => n)).toEqual([5000, 8500, 12_000])
})

test("the line through two sizes goes through both", () => {
  const rows = rowsOf(gaussianRows(40, 2, "two"), 2)
  const { value, slope, points } = frechetInfinity(rows, momentsOf(rows), {
    seed: 5,
    points: 2,
    smallest: 10,
  })
  for (const { n, fid } of points) expect(value + slope / n).toBeCloseTo(fid, 12)
})

test("the seed draws the subsets, whatever blocks the vectors came in", () => {
  const values = gaussianRows(100, 3, "seed")
  const reference = momentsOf(rowsOf(gaussianRows(100, 3, "reference"), 3))
  const first = frechetInfinity(rowsOf(values, 3), reference, { seed: 1 })
  expect(frechetInfinity(inBlocks(values, 3, 7), reference, { seed: 1 })).toEqual(first)
  expect(frechetInfinity(rowsOf(values, 3), reference, { seed: 2 }).value).not.toBe(first.value)
})

test("too few vectors, points and vectors a point are refused in one sentence", () => {
  const [few, enough] = [gaussianRows(20, 2, "few"), gaussianRows(30, 2, "enough")].map((values) =>
    rowsOf(values, 2),
  )
  const reference = momentsOf(enough!)
  expect(() => frechetInfinity(few!, reference, { seed: 0 })).toThrow(
    "Expected at least 24 generated vectors for FID_inf, 15 sizes from 10 on, but got 20; judge more images or take fewer points.",
  )
  expect(() => frechetInfinity(enough!, reference, { seed: 0, points: 1 })).toThrow(
    "Expected at least 2 sizes of subsets for FID_inf, the smallest of at least 2 vectors, but got 1 from 15 on; " +
      "judge more images or ask for more and larger subsets.",
  )
  expect(() => frechetInfinity(rowsOf(new Float64Array(6), 2), reference, { seed: 0 })).toThrow(
    "but got 15 from 1 on",
  )
})
