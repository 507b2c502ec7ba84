import fc from "fast-check"
import { expect, test } from "vitest"
import { middleValues } from "./middleValues.ts"

const visiting = (values: readonly number[]) => (visit: (value: number) => void) => {
  for (const value of values) visit(value)
}

test("the middle two are those of the sorted numbers, however few may be held", () => {
  const numbers = fc.array(
    fc.oneof(
      fc.double({ min: 0, noNaN: true }),
      fc.constantFrom(0, 1, 1 + Number.EPSILON, 2, Number.MIN_VALUE),
      fc.double({ min: 1, max: 1.0001, noNaN: true }),
    ),
    { minLength: 1, maxLength: 60 },
  )
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 70 }), (raw, held) => {
      const values = raw.map((value) => Math.abs(value)) // -0 is no distance
      const sorted = values.toSorted((a, b) => a - b)
      const last = Math.floor(values.length / 2)
      const first = Math.floor((values.length - 1) / 2)
      expect(middleValues(values.length, visiting(values), held)).toEqual([sorted[first], sorted[last]])
    }),
    { numRuns: 500 },
  )
})

test("no numbers have no median", () => {
  expect(() => middleValues(0, visiting([]))).toThrow(
    "Expected at least 1 number to have a median, but got 0.",
  )
})
