import fc from "fast-check"
import { expect, test } from "vitest"
import {
  addRows,
  type FeatureRows,
  mergeRows,
  noRows,
  rowReader,
  rowsAt,
  rowsBetween,
} from "./featureRows.ts"

/** Blocks of vectors of 3 features, some of them empty, in either precision; entry `i` of all is `i`. */
const blocks = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), { maxLength: 6 })
  .map((cuts) => {
    let next = 0
    return cuts.map(([rows, double]) => {
      const values = Array.from({ length: rows * 3 }, () => next++)
      return double ? Float64Array.from(values) : Float32Array.from(values)
    })
  })

const kept = (arrays: readonly (Float32Array | Float64Array)[]): FeatureRows =>
  arrays.reduce(addRows, noRows(3))

test("all vectors come back in the order in which they were added, however they were cut", () => {
  fc.assert(
    fc.property(blocks, (arrays) => {
      const rows = kept(arrays)
      expect(rows.count * 3).toBe(arrays.reduce((sum, { length }) => sum + length, 0))
      expect([...rowsBetween(rows, 0, rows.count)]).toEqual(
        Array.from({ length: rows.count * 3 }, (_, i) => i),
      )
    }),
  )
})

test("any part of the vectors is read across blocks, in float64", () => {
  fc.assert(
    fc.property(blocks, fc.nat(), fc.nat(), (arrays, a, b) => {
      const rows = kept(arrays)
      const [start, end] = [a % (rows.count + 1), b % (rows.count + 1)].sort((x, y) => x - y) as [
        number,
        number,
      ]
      const part = rowsBetween(rows, start, end)
      expect(part).toBeInstanceOf(Float64Array)
      expect([...part]).toEqual(Array.from({ length: (end - start) * 3 }, (_, i) => start * 3 + i))
    }),
  )
})

test("single vectors and vectors at any places are read, repeated ones too", () => {
  fc.assert(
    fc.property(blocks, fc.array(fc.nat(), { maxLength: 8 }), (arrays, picks) => {
      const rows = kept(arrays)
      fc.pre(rows.count > 0)
      const places = picks.map((pick) => pick % rows.count)
      const expected = places.map((place) => [3 * place, 3 * place + 1, 3 * place + 2])
      expect(places.map((place) => [...rowReader(rows)(place)])).toEqual(expected)
      expect([...rowsAt(rows, places)]).toEqual(expected.flat())
    }),
  )
})

test("merging is associative, and adding block by block is merging", () => {
  fc.assert(
    fc.property(blocks, blocks, blocks, (a, b, c) => {
      const [first, second, third] = [kept(a), kept(b), kept(c)]
      const left = mergeRows(mergeRows(first, second), third)
      expect(left).toEqual(mergeRows(first, mergeRows(second, third)))
      expect(left).toEqual(kept([...a, ...b, ...c]))
      expect(mergeRows(noRows(3), first)).toEqual(first)
    }),
  )
})

test("adding leaves what was kept before alone", () => {
  const before = addRows(noRows(1), Float64Array.of(1))
  addRows(before, Float64Array.of(2))
  expect(before).toEqual({ size: 1, count: 1, blocks: [Float64Array.of(1)] })
})

test("rows that do not fit are refused in one sentence", () => {
  expect(() => addRows(noRows(2), new Float32Array(3))).toThrow(
    "Expected rows of 2 features, but got 3 numbers in all.",
  )
  expect(() => mergeRows(noRows(2), noRows(3))).toThrow(
    "Expected rows of equally many features, but got 2 and 3.",
  )
})
