import fc from "fast-check"
import { expect, test } from "vitest"
import { addRows, noRows } from "./featureRows.ts"
import { addReference, nearestNeighbours, noNeighbours } from "./nearestNeighbours.ts"

const size = 3
/** Few different values, so that there are copies and ties. */
const vector = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: size, maxLength: size })
const set = fc.array(vector, { minLength: 1, maxLength: 12 })
const rows = (vectors: readonly (readonly number[])[]) =>
  addRows(noRows(size), Float32Array.from(vectors.flat()))

test("they are those that sorting all distances gives, the first of equally near ones first", () => {
  fc.assert(
    fc.property(set, set, fc.integer({ min: 1, max: 4 }), (asked, reference, neighbours) => {
      const sorted = asked.map((one) =>
        reference
          .map((other, place) => ({
            place,
            distance: Math.sqrt(one.reduce((sum, value, i) => sum + (value - other[i]!) ** 2, 0)),
          }))
          .sort((a, b) => a.distance - b.distance || a.place - b.place)
          .slice(0, neighbours),
      )
      expect(nearestNeighbours(rows(asked), rows(reference), neighbours)).toEqual(sorted)
    }),
  )
})

test("they are the same however the reference is cut into blocks", () => {
  fc.assert(
    fc.property(set, set, fc.nat(), (asked, reference, cut) => {
      const at = cut % (reference.length + 1)
      const parts = [reference.slice(0, at), reference.slice(at)].filter((part) => part.length > 0)
      const found = parts.reduce(
        (sofar, part) => addReference(sofar, rows(part).blocks[0]!),
        noNeighbours(rows(asked), 2),
      )
      expect(found.seen).toBe(reference.length)
      expect(found.nearest).toEqual(nearestNeighbours(rows(asked), rows(reference), 2))
    }),
  )
})

test("a vector of the reference is its own neighbour at distance 0, far from the origin too", () => {
  const far = [
    [1e4, 1e4, 1e4 + 1],
    [1e4, 1e4, 1e4 + 2],
  ]
  const [found] = nearestNeighbours(rows([far[1]!]), rows(far), 2)
  expect(found).toEqual([
    { place: 1, distance: 0 },
    { place: 0, distance: 1 },
  ])
})

test("no neighbours, and vectors of another size, are a sentence", () => {
  expect(() => noNeighbours(rows([[1, 2, 3]]), 0)).toThrow("1 or more, but got 0.")
  expect(() => addReference(noNeighbours(rows([[1, 2, 3]]), 1), new Float32Array(2))).toThrow(
    "Expected rows of 3 features, but got 2 numbers in all.",
  )
})
