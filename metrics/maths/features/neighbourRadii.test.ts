import fc from "fast-check"
import { expect, test } from "vitest"
import { squaredRadii } from "./neighbourRadii.ts"
import { prepareRows, squaredDistance } from "./preparedRows.ts"
import { gaussianRows, inBlocks, randomOrder, reordered, rowsOf } from "./testing/gaussianRows.ts"

const radii = (rows: Parameters<typeof prepareRows>[0], neighbours: number): number[] => [
  ...squaredRadii(prepareRows(rows, rows)[0], neighbours),
]

/** All distances in float64, sorted. */
function bruteForce(values: Float32Array | Float64Array, size: number, neighbours: number): number[] {
  const count = values.length / size
  const row = (i: number) => values.subarray(i * size, (i + 1) * size)
  return Array.from({ length: count }, (_, i) => {
    const distances = Float64Array.from({ length: count }, (_, j) =>
      j === i ? Number.POSITIVE_INFINITY : squaredDistance(row(i), row(j)),
    )
    return distances.sort()[neighbours - 1]!
  })
}

test("of four points on a line they are as by hand", () => {
  // 0, 1, 3, 7: nearest at 1, 1, 2, 4; second nearest at 3, 2, 3, 6.
  const line = rowsOf(Float64Array.of(0, 1, 3, 7), 1)
  expect(radii(line, 1)).toEqual([1, 1, 4, 16])
  expect(radii(line, 2)).toEqual([9, 4, 9, 36])
  expect(radii(line, 3)).toEqual([49, 36, 16, 49])
})

test("equal vectors have a radius of exactly 0 up to their number, wherever they lie", () => {
  const values = Float32Array.of(1e6, 1e6, 1e6, 1e6 + 8)
  expect(radii(rowsOf(values, 1), 2)).toEqual([0, 0, 0, 64])
  expect(radii(rowsOf(values, 1), 3)).toEqual([64, 64, 64, 64])
})

test("they are those of a search through all float64 distances, exactly", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom(1e-25, 1, 1e25),
      fc.boolean(),
      (seed, size, neighbours, scale, lattice) => {
        // On a lattice most distances are ties.
        const values = gaussianRows(40, size, seed).map(
          (value) => scale * (lattice ? Math.round(value) : value),
        )
        expect(radii(rowsOf(values, size), neighbours)).toEqual(bruteForce(values, size, neighbours))
      },
    ),
    { numRuns: 40 },
  )
})

test("they hold over several blocks of products", () => {
  const values = gaussianRows(1100, 3, "several blocks").map((value) => Math.round(value * 4))
  expect(radii(rowsOf(values, 3), 5)).toEqual(bruteForce(values, 3, 5))
})

test("they follow the vectors when these are reordered, and do not see how they were cut", () => {
  const values = gaussianRows(60, 5, "reordered")
  const expected = radii(rowsOf(values, 5), 3)
  expect(radii(inBlocks(values, 5, 7), 3)).toEqual(expected)
  const order = randomOrder(60, "reordered")
  expect(radii(rowsOf(reordered(values, 5, order), 5), 3)).toEqual(order.map((place) => expected[place]))
})

test("they grow with the number of neighbours, and with the square of the scale", () => {
  const values = gaussianRows(30, 4, "grow")
  const [two, three] = [radii(rowsOf(values, 4), 2), radii(rowsOf(values, 4), 3)]
  three.forEach((radius, i) => {
    expect(radius).toBeGreaterThanOrEqual(two[i]!)
  })
  const scaled = radii(
    rowsOf(
      values.map((value) => 2 ** 20 * value),
      4,
    ),
    2,
  )
  expect(scaled).toEqual(two.map((radius) => 2 ** 40 * radius))
})

test("a set without so many neighbours is refused in one sentence", () => {
  expect(() => radii(rowsOf(new Float64Array(3), 1), 3)).toThrow(
    "Expected more than 3 vectors, each with 3 neighbours, but got 3; judge more images or count fewer neighbours.",
  )
})

test("sets of copies, some of them with more copies than neighbours are asked for, have the radii of a search", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 40 }), (kinds) => {
      const values = Float32Array.from(kinds.flatMap((kind) => [kind / 3, 1e4 * kind]))
      expect(radii(rowsOf(values, 2), 4)).toEqual(bruteForce(values, 2, 4))
    }),
    { numRuns: 50 },
  )
})
