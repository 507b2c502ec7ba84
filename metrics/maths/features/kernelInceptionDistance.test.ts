import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { addRows, noRows, rowsAt } from "./featureRows.ts"
import {
  drawPlaces,
  fullKid,
  kidBeside,
  kidKernel,
  kidOver,
  polynomialKernel,
  subsetKid,
} from "./kernelInceptionDistance.ts"
import { everyPlace } from "./kernelSums.ts"
import { momentsOf } from "./moments.ts"
import { gaussianRows, inBlocks, randomOrder, reordered, rotated, rowsOf } from "./testing/gaussianRows.ts"

const size = 4
const set = (count: number, ...key: (string | number)[]) => rowsOf(gaussianRows(count, size, ...key), size)

test("of two points a side it is as by hand", () => {
  // x = 1, 2 and y = 0, 3 in one dimension, k = (xy + 1)^3: 27 + 1 - (1 + 64 + 1 + 343) / 2 = -176.5.
  const [x, y] = [rowsOf(Float64Array.of(1, 2), 1), rowsOf(Float64Array.of(0, 3), 1)]
  expect(fullKid(x, y)).toBe(-176.5)
})

test("one subset of all vectors is the full estimate, without deviation", () => {
  const [a, b] = [set(50, "a"), set(50, "b")]
  const { mean, deviation } = subsetKid(a, b, { subsets: 1, subsetSize: 50, seed: 7 })
  expect(mean).toBeCloseTo(fullKid(a, b), 11)
  expect(deviation).toBe(0)
})

test("many subsets average to the full estimate", () => {
  const [a, b] = [
    set(200, "a"),
    rowsOf(
      gaussianRows(200, size, "b").map((value) => value + 0.5),
      size,
    ),
  ]
  const { mean, deviation } = subsetKid(a, b, { subsets: 400, subsetSize: 50, seed: 1 })
  // 400 subsets: their mean errs by a twentieth of their deviation; five standard errors.
  expect(Math.abs(mean - fullKid(a, b))).toBeLessThan(deviation / 4)
})

test("it is symmetric, and depends neither on the order of the vectors nor on their cut into blocks", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 20 }), (seed, cut) => {
      const [a, b] = [gaussianRows(20, size, seed, "a"), gaussianRows(30, size, seed, "b")]
      const expected = fullKid(rowsOf(a, size), rowsOf(b, size))
      const near = (value: number) =>
        expect(Math.abs(value - expected)).toBeLessThan(1e-11 * Math.max(1, Math.abs(expected)))
      near(fullKid(rowsOf(b, size), rowsOf(a, size)))
      near(fullKid(rowsOf(reordered(a, size, randomOrder(20, seed)), size), rowsOf(b, size)))
      near(fullKid(rowsOf(rotated(a, size, seed), size), rowsOf(rotated(b, size, seed), size)))
      expect(fullKid(inBlocks(a, size, cut), inBlocks(b, size, cut))).toBe(expected)
    }),
    { numRuns: 50 },
  )
})

test("of a set beside itself it is what the unbiased estimate must be", () => {
  // Within, pairs of a vector with itself are left out; across, they are not:
  // (2 / n) (mean of k(x, x') over different vectors - mean of k(x, x)).
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 20 }), (seed, count) => {
      const values = gaussianRows(count, size, seed)
      const kernel = kidKernel(size)
      let [own, other] = [0, 0]
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < count; j++) {
          let product = 0
          for (let k = 0; k < size; k++) product += values[i * size + k]! * values[j * size + k]!
          if (i === j) own += kernel.at(product)
          else other += kernel.at(product)
        }
      }
      const expected = (2 / count) * (other / (count * (count - 1)) - own / count)
      const rows = rowsOf(values, size)
      expect(Math.abs(fullKid(rows, rows) - expected)).toBeLessThan(1e-11 * Math.max(1, Math.abs(expected)))
    }),
  )
})

test("with a kernel of degree 1 it is the squared distance of the means less their sampling noise", () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: -3, max: 3, noNaN: true }), (seed, shift) => {
      const a = rowsOf(gaussianRows(15, size, seed, "a"), size)
      const b = rowsOf(
        gaussianRows(12, size, seed, "b").map((value) => value + shift),
        size,
      )
      const [first, second] = [momentsOf(a), momentsOf(b)]
      const trace = (covariance: Float64Array) =>
        covariance.reduce((sum, value, at) => (at % (size + 1) === 0 ? sum + value : sum), 0)
      const apart = first.mean.reduce((sum, value, i) => sum + (value - second.mean[i]!) ** 2, 0)
      const expected = 0.5 * (apart - trace(first.covariance) / 15 - trace(second.covariance) / 12)
      const kernel = polynomialKernel(1, 0.5, 3)
      const { mean } = kidOver(a, b, [everyPlace(a)], [everyPlace(b)], kernel)
      expect(Math.abs(mean - expected)).toBeLessThan(1e-11)
    }),
  )
})

describe("subsets", () => {
  test("are drawn by the seed, each by its own stream, so that more of them leave the first ones as they were", () => {
    const [a, b] = [set(60, "a"), set(60, "b")]
    const chosen = { subsets: 5, subsetSize: 20, seed: 3 }
    const { perSubset } = subsetKid(a, b, chosen)
    expect(subsetKid(a, b, chosen).perSubset).toEqual(perSubset)
    expect(subsetKid(a, b, { ...chosen, seed: 4 }).perSubset).not.toEqual(perSubset)
    const more = subsetKid(a, b, { ...chosen, subsets: 12 }).perSubset
    perSubset.forEach((value, at) => {
      expect(Math.abs(more[at]! - value)).toBeLessThan(1e-12 * 100)
    })
  })

  test("hold different places below the count, all of them where as many are drawn", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 50 }), fc.nat(), (seed, count, pick) => {
        const places = drawPlaces(count, (pick % count) + 1, seed)
        expect(new Set(places).size).toBe((pick % count) + 1)
        expect(places.every((place) => place >= 0 && place < count)).toBe(true)
        expect([...drawPlaces(count, count, seed)].sort((x, y) => x - y)).toEqual(
          Array.from({ length: count }, (_, i) => i),
        )
      }),
    )
  })

  test("hold every place equally often", () => {
    const counts = new Float64Array(10)
    for (let draw = 0; draw < 4000; draw++)
      for (const place of drawPlaces(10, 3, "even", draw)) counts[place]!++
    // 4000 draws of 3 in 10: 1200 each, standard deviation 29; five of them.
    for (const count of counts) expect(Math.abs(count - 1200)).toBeLessThan(145)
  })
})

test("too few vectors, subsets of one vector, and features of two networks are refused in one sentence", () => {
  const [a, b] = [set(5, "a"), set(1, "b")]
  expect(() => subsetKid(a, a, { seed: 0 })).toThrow(
    "Expected at least 1000 vectors on each side, one subset of KID, but got 5 and 5; " +
      "use smaller subsets (subsetSize) or all vectors at once (fullKid).",
  )
  expect(() => fullKid(a, b)).toThrow(
    "Expected at least 2 vectors on each side of KID, but got 5 and 1; judge more images.",
  )
  expect(() => subsetKid(a, a, { seed: 0, subsets: 2, subsetSize: 1 })).toThrow(
    "Expected as many subsets of KID on either side, each of at least 2 vectors, but got 2 and 2, the smallest of 1; " +
      "take more or larger subsets.",
  )
  expect(() => subsetKid(a, a, { seed: 0, subsets: 0, subsetSize: 2 })).toThrow("but got 0 and 0")
  expect(() => fullKid(a, rowsOf(new Float32Array(6), 3))).toThrow(
    "Expected equally many features on both sides of KID, but got 4 and 3; features of one network and one tap are compared.",
  )
})

test("beside a real set that is measured once, a set and its resamplings have the KID that they have by themselves", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 9 }), (seed, count) => {
      const real = rowsOf(gaussianRows(7, 3, seed, "real"), 3)
      const generated = rowsOf(gaussianRows(count, 3, seed, "generated"), 3)
      const beside = kidBeside(real)
      expect(beside.of(generated)).toBeCloseTo(fullKid(generated, real), 12)
      const places = Int32Array.from({ length: count }, (_, i) => (i * i + 1) % count)
      const counts = new Uint32Array(count)
      for (const place of places) counts[place]!++
      const drawn = addRows(noRows(3), rowsAt(generated, places))
      expect(beside.ofCounted(generated, [counts])[0]).toBeCloseTo(fullKid(drawn, real), 12)
    }),
    { numRuns: 30 },
  )
})
