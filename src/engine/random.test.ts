import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { forbidMathRandom, stream } from "./random.ts"

const key = fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 4 })
const draws = (parts: readonly (string | number)[], count = 4) => {
  const source = stream(...parts)
  return Array.from({ length: count }, () => source.uniform())
}

describe("a random stream", () => {
  test("gives the same draws for the same key", () => {
    fc.assert(
      fc.property(key, (parts) => {
        expect(draws(parts)).toEqual(draws(parts))
      }),
    )
  })

  test("gives other draws for another key", () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b))
        expect(draws(a)).not.toEqual(draws(b))
      }),
    )
  })

  test("keeps the parts of a key apart, and text apart from numbers", () => {
    const keys = [["a/b"], ["a", "b"], ["ab"], ["1"], [1], ["a", 1], ["a", "1"], ["a,1"], ['a","b']]
    expect(new Set(keys.map((parts) => draws(parts).join())).size).toBe(keys.length)
  })

  // The values of this implementation when it was written: a change breaks every stored result.
  test("gives the golden draws of a key", () => {
    const source = stream(0, "noise", "generator", 7)
    expect([
      source.uniform(),
      source.uniform(),
      source.integer(1000),
      source.normal(),
    ]).toMatchInlineSnapshot(`
      [
        0.37028825376182795,
        0.302626833319664,
        554,
        0.7966650029901857,
      ]
    `)
  })

  test("draws uniform values in [0, 1) whose float32 form is below 1 too", () => {
    const values = stream("uniform").fillUniform(new Float32Array(20_000))
    expect(Math.max(...values)).toBeLessThan(1)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
    expect(mean(values)).toBeCloseTo(0.5, 2)
  })

  // 5 standard errors of each moment's estimate from 100,000 draws: 1/316, sqrt(2)/316, sqrt(15)/316, sqrt(96)/316.
  test("draws normal values with the moments of the standard normal", () => {
    const values = stream("normal").fillNormal(new Float32Array(100_000))
    const moment = (order: number) => mean(values.map((value) => value ** order))
    expect(Math.abs(moment(1))).toBeLessThan(0.016)
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.023)
    expect(Math.abs(moment(3))).toBeLessThan(0.062)
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.16)
  })

  test("draws ones at the Bernoulli rate", () => {
    expect(mean(stream("mask").fillBernoulli(new Float32Array(50_000), 0.3))).toBeCloseTo(0.3, 2)
    expect(() => stream("mask").fillBernoulli(new Float32Array(1), 1.5)).toThrow(
      "Expected a rate between 0 and 1, but got 1.5.",
    )
  })

  test("draws integers below the bound", () => {
    const source = stream("integers")
    const counts = new Array(5).fill(0)
    for (let i = 0; i < 10_000; i++) counts[source.integer(5)]++
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200)
    expect(() => source.integer(0)).toThrow("Expected an integer between 1 and 2^32")
  })

  test("shuffles a copy into a permutation", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = [...items]
        const shuffled = stream("order", seed).shuffle(items)
        expect(items).toEqual(before)
        expect([...shuffled].sort()).toEqual([...before].sort())
      }),
    )
  })

  test("refuses a key with a number that is not finite", () => {
    expect(() => stream("a", Number.NaN)).toThrow(
      "Expected finite numbers in the key of a random stream, but got NaN.",
    )
  })
})

test("Math.random throws while it is forbidden, and works again afterwards", () => {
  const restore = forbidMathRandom()
  try {
    expect(() => Math.random()).toThrow("Math.random was called, which no seed controls.")
  } finally {
    restore()
  }
  expect(Math.random()).toBeLessThan(1)
})

function mean(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
