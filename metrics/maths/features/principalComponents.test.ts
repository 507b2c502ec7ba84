import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { principalComponents } from "./principalComponents.ts"

/** Normal rows whose columns have falling spreads. */
function normalRows(rows: number, size: number, seed: number): Float64Array {
  const source = stream(seed, "principalComponents.test")
  return Float64Array.from({ length: rows * size }, (_, at) => source.normal() / (1 + (at % size)))
}

test("four points on two crossed lines have those lines as components", () => {
  // By hand: (3, 4)/5 with squared scores 25 + 25, (-4, 3)/5 with 1 + 1; of 52 in all. Around the point (10, -7).
  const rows = Float64Array.of(3, 4, -3, -4, -0.8, 0.6, 0.8, -0.6).map(
    (value, at) => value + [10, -7][at % 2]!,
  )
  const { scores, directions, shares } = principalComponents(rows, 2, 2)
  const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12))
  expect([...directions]).toEqual(near([0.6, 0.8, 0.8, -0.6]))
  expect([...shares]).toEqual(near([50 / 52, 2 / 52]))
  expect([...scores]).toEqual(near([5, 0, -5, 0, 0, -1, 0, 1]))
})

test("wide rows and tall rows: scores have no covariance, and shares are those of their variances", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 60 }),
      fc.integer({ min: 2, max: 60 }),
      fc.integer(),
      (height, size, seed) => {
        const rows = normalRows(height, size, seed)
        const { scores, shares } = principalComponents(rows, size, 2)
        let [first, second, between] = [0, 0, 0]
        for (let row = 0; row < height; row++) {
          first += scores[2 * row]! ** 2
          second += scores[2 * row + 1]! ** 2
          between += scores[2 * row]! * scores[2 * row + 1]!
        }
        expect(Math.abs(between)).toBeLessThan(1e-9 * first)
        expect(second / first).toBeCloseTo(shares[1]! / shares[0]!, 9)
        expect(shares[0]! + shares[1]!).toBeLessThanOrEqual(1 + 1e-12)
      },
    ),
    { numRuns: 40 },
  )
})

test("no single column varies more than the first component, and with as many as columns nothing is left", () => {
  const rows = normalRows(40, 6, 1)
  const { scores, shares } = principalComponents(rows, 6, 6)
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
  const spread = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  }
  const column = (of: Float64Array, k: number) => Array.from({ length: 40 }, (_, row) => of[row * 6 + k]!)
  for (let k = 0; k < 6; k++) {
    expect(spread(column(rows, k))).toBeLessThanOrEqual(spread(column(scores, 0)) + 1e-12)
  }
})

test("a rotation of the rows leaves the shares, and moving them leaves everything", () => {
  const rows = normalRows(30, 2, 4)
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)]
  const turned = rows.map((value, at) =>
    at % 2 === 0 ? c * value - s * rows[at + 1]! : s * rows[at - 1]! + c * value,
  )
  const [one, other] = [principalComponents(rows, 2, 2), principalComponents(turned, 2, 2)]
  for (const k of [0, 1]) expect(other.shares[k]).toBeCloseTo(one.shares[k]!, 12)
  const moved = principalComponents(
    rows.map((value) => value + 100),
    2,
    2,
  )
  moved.scores.forEach((value, at) => {
    expect(value).toBeCloseTo(one.scores[at]!, 10)
  })
})

test("rows that do not vary, or vary along one line, have zeros where there is nothing to tell", () => {
  expect(principalComponents(new Float64Array(12).fill(3), 4, 2)).toEqual({
    scores: new Float64Array(6),
    directions: new Float64Array(8),
    shares: new Float64Array(2),
  })
  const line = Float64Array.of(0, 0, 0, 1, 2, 2, 2, 4, 4)
  const { shares } = principalComponents(line, 3, 2)
  expect(shares[0]).toBeCloseTo(1, 12)
  expect(shares[1]).toBeCloseTo(0, 12)
})

test("too few rows, and rows that are not finite, are refused in one sentence", () => {
  expect(() => principalComponents(new Float64Array(3), 3, 1)).toThrow(
    "Expected at least 2 rows of 3 numbers",
  )
  expect(() => principalComponents(Float64Array.of(1, Number.NaN), 1, 1)).toThrow("one is not finite")
})
