import fc from "fast-check"
import { expect, test } from "vitest"
import { frechetDistanceOf } from "../../maths/features/frechet.ts"
import { gaussianRows, randomOrder, reordered, rowsOf } from "../../maths/features/testing/gaussianRows.ts"
import { intraClassFrechet } from "./intraClass.ts"

const size = 3

test("of two classes on a line it is the mean of two closed forms", () => {
  // Class 0: mean 1, variance 2 on both sides but a shift of 3: 9. Class 7: deviations root 2 and root 8 around 0: 2.
  const real = rowsOf(Float64Array.of(0, 2, -1, 1), 1)
  const generated = rowsOf(Float64Array.of(3, -2, 5, 2), 1)
  const { value, perClass } = intraClassFrechet(real, [0, 0, 7, 7], generated, [0, 7, 0, 7])
  expect(perClass.map(({ label, real: n, generated: m }) => [label, n, m])).toEqual([
    [0, 2, 2],
    [7, 2, 2],
  ])
  expect(perClass[0]!.fid).toBeCloseTo(9, 12)
  expect(perClass[1]!.fid).toBeCloseTo(2, 12)
  expect(value).toBeCloseTo(5.5, 12)
})

test("it is the mean of the distances within the classes, whatever the order of the vectors", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 4 }), (seed, classes) => {
      const labels = Array.from({ length: 24 }, (_, i) => i % classes)
      const [real, fake] = ["real", "generated"].map((side) => gaussianRows(24, size, seed, side))
      const { value, perClass } = intraClassFrechet(rowsOf(real!, size), labels, rowsOf(fake!, size), labels)
      const of = (values: Float64Array, label: number) =>
        values.filter((_, at) => labels[Math.floor(at / size)] === label)
      const expected = Array.from({ length: classes }, (_, label) =>
        frechetDistanceOf(of(real!, label), of(fake!, label), size),
      )
      expect(perClass.map(({ fid }) => fid)).toEqual(expected)
      expect(value).toBeCloseTo(expected.reduce((sum, fid) => sum + fid, 0) / classes, 12)
      const order = randomOrder(24, seed)
      const shuffled = intraClassFrechet(
        rowsOf(real!, size),
        labels,
        rowsOf(reordered(fake!, size, order), size),
        order.map((place) => labels[place]!),
      )
      expect(Math.abs(shuffled.value - value)).toBeLessThan(1e-9)
    }),
    { numRuns: 50 },
  )
})

test("it sees classes that have changed places, which the distance of all vectors does not", () => {
  const labels = Array.from({ length: 40 }, (_, i) => i % 2)
  const values = gaussianRows(40, size, "places").map(
    (value, at) => value + 10 * labels[Math.floor(at / size)]!,
  )
  const rows = rowsOf(values, size)
  const swapped = labels.map((label) => 1 - label)
  expect(Math.abs(frechetDistanceOf(values, values, size))).toBeLessThan(1e-9)
  expect(Math.abs(intraClassFrechet(rows, labels, rows, labels).value)).toBeLessThan(1e-9)
  // Means are about 10 apart in each of three features.
  expect(intraClassFrechet(rows, labels, rows, swapped).value).toBeGreaterThan(200)
})

test("a class that has too few vectors on a side is named in one sentence", () => {
  const rows = rowsOf(gaussianRows(4, size, "few"), size)
  expect(() => intraClassFrechet(rows, [0, 0, 3, 3], rows, [0, 0, 0, 3])).toThrow(
    "Expected at least 2 real and 2 generated vectors of class 3 for the intra-class FID, but got 2 and 1; " +
      "judge more images of that class.",
  )
  expect(() => intraClassFrechet(rows, [0, 0, 0, 0], rows, [0, 0, 5, 5])).toThrow(
    "of class 5 for the intra-class FID, but got 0 and 2",
  )
})

test("labels that are not one for each vector, no vectors, and features of two networks are refused in one sentence", () => {
  const rows = rowsOf(gaussianRows(2, size, "labels"), size)
  expect(() => intraClassFrechet(rows, [0, 0], rows, [0])).toThrow(
    "Expected a label for each of 2 generated vectors, but got 1; give the class of every image.",
  )
  const none = rowsOf(new Float64Array(), size)
  expect(() => intraClassFrechet(none, [], none, [])).toThrow(
    "Expected labelled vectors for the intra-class FID, but got none; judge some images.",
  )
  expect(() => intraClassFrechet(rows, [0, 0], rowsOf(new Float64Array(4), 2), [0, 0])).toThrow(
    "Expected equally many features on both sides, but got 3 and 2; features of one network and one tap are compared.",
  )
})
