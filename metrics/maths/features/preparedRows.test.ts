import fc from "fast-check"
import { expect, test } from "vitest"
import { eachRow, prepareRows, squaredDistance } from "./preparedRows.ts"
import { gaussianRows, inBlocks, rowsOf } from "./testing/gaussianRows.ts"

/** Visits as `[i, j, low, high]`, in their order. */
function visits(
  ...sets: Parameters<typeof eachRow> extends [infer A, infer B, ...unknown[]] ? [A, B] : never
) {
  const seen: [number, number, number, number][] = []
  eachRow(...sets, ({ i, start, count, lows, highs }) => {
    for (let at = 0; at < count; at++) seen.push([i, start + at, lows[at]!, highs[at]!])
  })
  return seen
}

test("every pair of two sets is visited once, and every pair of different vectors of one set once", () => {
  const [a, b] = prepareRows(rowsOf(gaussianRows(5, 2, "a"), 2), rowsOf(gaussianRows(4, 2, "b"), 2))
  const pairs = visits(a, b).map(([i, j]) => `${i} ${j}`)
  expect(pairs).toHaveLength(20)
  expect(new Set(pairs).size).toBe(20)
  const own = visits(a, a).map(([i, j]) => `${Math.min(i, j)} ${Math.max(i, j)}`)
  expect(own).toHaveLength(10)
  expect(new Set(own).size).toBe(10)
  expect(own.every((pair) => pair[0] !== pair[2])).toBe(true)
})

test("over several blocks of products every pair is still visited once", () => {
  const [many] = prepareRows(rowsOf(gaussianRows(2100, 1, "many"), 1), rowsOf(gaussianRows(1, 1, "one"), 1))
  const met = new Uint8Array(2100 * 2100)
  eachRow(many, many, ({ i, start, count }) => {
    for (let j = start; j < start + count; j++) met[Math.min(i, j) * 2100 + Math.max(i, j)]!++
  })
  let wrong = 0
  for (let i = 0; i < 2100; i++) {
    for (let j = 0; j < 2100; j++) if (met[i * 2100 + j] !== (j > i ? 1 : 0)) wrong++
  }
  expect(wrong).toBe(0)
})

test("the bounds hold the distance that float64 differences give, at any scale and offset and in either precision", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 300 }),
      fc.constantFrom(1e-25, 1e-12, 1, 1e10, 1e25),
      fc.constantFrom(0, 1, 1e9),
      fc.boolean(),
      (seed, size, scale, offset, double) => {
        const set = (name: string, count: number) => {
          const values = gaussianRows(count, size, seed, name).map((value) => scale * (value + offset))
          return rowsOf(double ? values : Float32Array.from(values), size)
        }
        const [a, b] = prepareRows(set("a", 6), set("b", 5))
        for (const [first, second] of [
          [a, a],
          [a, b],
          [b, b],
        ] as const) {
          for (const [i, j, low, high] of visits(first, second)) {
            const distance = squaredDistance(first.row(i), second.row(j))
            expect(low).toBeLessThanOrEqual(distance)
            expect(high).toBeGreaterThanOrEqual(distance)
          }
        }
      },
    ),
    { numRuns: 60 },
  )
})

test("where float32 neither overflows nor underflows the bounds lie close together", () => {
  const size = 64
  const [a, b] = prepareRows(rowsOf(gaussianRows(20, size, 1), size), rowsOf(gaussianRows(20, size, 2), size))
  // Twice (size + 8) 2^-24 |a|^2 + |b|^2, about 128 here: 0.0011.
  for (const [, , low, high] of visits(a, b)) expect(high - low).toBeLessThan(0.003)
})

test("bounds do not depend on how the vectors were cut into blocks", () => {
  const values = gaussianRows(50, 7, "cut")
  const other = rowsOf(gaussianRows(20, 7, "other"), 7)
  const whole = visits(...prepareRows(rowsOf(values, 7), other))
  for (const rows of [1, 3, 49])
    expect(visits(...prepareRows(inBlocks(values, 7, rows), other))).toEqual(whole)
})

test("features of two networks are refused in one sentence", () => {
  expect(() => prepareRows(rowsOf(new Float32Array(2), 1), rowsOf(new Float32Array(4), 2))).toThrow(
    "Expected equally many features on both sides, but got 1 and 2; features of one network and one tap are compared.",
  )
})
