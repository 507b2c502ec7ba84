import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import type { JsonObject } from "../contracts/json.ts"
import { type Mistake, sentence } from "../contracts/mistake.ts"
import { choose, flawOf, range, valueAt } from "../declare/tunable.ts"
import { grid } from "./grid.ts"
import { latinHypercube } from "./latinHypercube.ts"
import { random } from "./random.ts"
import type { Sampler } from "./sampler.ts"
import { decodeSampler, kindOf, rungsOf } from "./samplers.ts"
import { successiveHalving } from "./successiveHalving.ts"

const json = (tunable: unknown) => tunable as JsonObject
const points = (sampler: Sampler, tunables: readonly unknown[], seed = 1) =>
  kindOf(sampler).points(sampler, tunables.map(json), stream(seed, "test"))

test("the same stream gives the same configurations, another one others", () => {
  for (const sampler of [
    random({ trials: 5 }),
    latinHypercube({ trials: 5 }),
    successiveHalving({ trials: 5 }),
  ]) {
    const tunables = [range(0, 1), choose(1, 2)]
    expect(points(sampler, tunables)).toEqual(points(sampler, tunables))
    expect(points(sampler, tunables, 2)).not.toEqual(points(sampler, tunables))
  }
})

test("a Latin hypercube uses every part of every tunable once", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(),
      (trials, many, seed) => {
        const tunables = Array.from({ length: many }, () => range(0, 1))
        const drawn = points(latinHypercube({ trials }), tunables, seed)
        for (let column = 0; column < many; column += 1) {
          const parts = drawn.map((point) => Math.floor(point[column]! * trials)).sort((a, b) => a - b)
          expect(parts).toEqual([...Array(trials).keys()])
        }
      },
    ),
  )
})

test("a grid has every combination once, and refuses ranges", () => {
  const tunables = [choose("a", "b"), choose(1, 2, 3)]
  const found = points(grid(), tunables).map((point) =>
    point.map((at, index) => valueAt(json(tunables[index]), at)),
  )
  expect(found).toEqual(["a", "b"].flatMap((letter) => [1, 2, 3].map((number) => [letter, number])))
  expect(kindOf(grid()).refuses?.([json(range(0, 1))])).toContain("use choose(...)")
  const many = Array.from({ length: 5 }, () => choose(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
  expect(kindOf(grid()).refuses?.(many.map(json))).toBe(
    "a grid has at most 10000 combinations but got 100000; use another sampler",
  )
})

test("values lie within their range, at every point, on either scale", () => {
  const bounds = fc.tuple(
    fc.double({ min: 1e-6, max: 1, noNaN: true }),
    fc.double({ min: 1.5, max: 1e6, noNaN: true }),
  )
  const point = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(
      bounds,
      point,
      fc.constantFrom("linear" as const, "log" as const),
      ([from, to], at, scale) => {
        const value = valueAt(json(range(from, to, { scale })), at) as number
        expect(value).toBeGreaterThanOrEqual(from)
        expect(value).toBeLessThanOrEqual(to)
      },
    ),
  )
})

test("every whole number of a range has an equal share", () => {
  const tunable = json(range(2, 5, { integer: true }))
  const values = Array.from({ length: 400 }, (_, index) => valueAt(tunable, (index + 0.5) / 400))
  expect([2, 3, 4, 5].map((n) => values.filter((value) => value === n).length)).toEqual([100, 100, 100, 100])
})

test("a tunable that cannot be is a sentence", () => {
  expect(flawOf(json(range(2, 1)))).toBe("expected a range of two numbers, the smaller first, but got [2,1]")
  expect(flawOf(json(range(0, 1, { scale: "log" })))).toContain("above 0 on a log scale")
  expect(flawOf(json(range(0.5, 2, { integer: true })))).toContain("expected whole numbers")
  expect(flawOf({ axis: [], search: "choose" })).toContain("at least one value")
  expect(flawOf(json(range(-1e308, 1e308)))).toContain("expected a range whose ends a number can tell apart")
  expect(flawOf(json(range(5e-324, 1e308, { scale: "log" })))).toContain("take a narrower one")
  expect(flawOf(json(range(1, 2)))).toBeUndefined()
})

test("rungs of successive halving share the steps by powers, and let the best of each through", () => {
  const rungs = rungsOf(successiveHalving({ trials: 27, reduction: 3, rungs: 3 }))
  expect(rungs.map(({ share, entrants }) => [share, entrants(27)])).toEqual([
    [1 / 9, 27],
    [1 / 3, 9],
    [1, 3],
  ])
  expect(rungsOf(random({ trials: 4 })).map(({ share, entrants }) => [share, entrants(4)])).toEqual([[1, 4]])
})

test("an unknown sampler is a sentence with what there is", () => {
  const mistakes: { message: string }[] = []
  expect(decodeSampler({ kind: "bayes" }, mistakes as never)).toBeUndefined()
  expect(mistakes[0]!.message).toBe(
    'expected a sampler of the kind "grid", "random", "latinHypercube", "successiveHalving" but got {"kind":"bayes"}',
  )
})

test("every sampler is read from plain data as its constructor gives it", () => {
  for (const sampler of [
    grid(),
    random({ trials: 4 }),
    latinHypercube({ trials: 4 }),
    successiveHalving({ trials: 9, reduction: 2, rungs: 4 }),
  ]) {
    const mistakes: Mistake[] = []
    expect(decodeSampler(JSON.parse(JSON.stringify(sampler)), mistakes)).toEqual(sampler)
    expect(mistakes).toEqual([])
  }
})

test("options that a sampler does not have, or that are out of range, are sentences with their places", () => {
  const sentences = (given: JsonObject) => {
    const mistakes: Mistake[] = []
    expect(decodeSampler(given, mistakes)).toBeUndefined()
    return mistakes.map(sentence)
  }
  expect(sentences({ kind: "grid", trials: 4 })).toEqual([
    'sampler.trials: unknown key "trials"; known keys: "kind"',
  ])
  expect(sentences({ kind: "random" })).toEqual(["sampler.trials: expected a number but got nothing; add it"])
  expect(sentences({ kind: "random", trials: 0 })).toEqual([
    "sampler.trials: expected a value between 1 and 10000 but got 0",
  ])
  expect(sentences({ kind: "successiveHalving", trials: 9, reduction: 1, rungs: 3 })).toEqual([
    "sampler.reduction: expected a value between 2 and 10000 but got 1",
  ])
})

test("successive halving draws its configurations as random does, and each rung lets at least one through", () => {
  const tunables = [range(0, 1), choose(1, 2)]
  expect(points(successiveHalving({ trials: 6 }), tunables)).toEqual(points(random({ trials: 6 }), tunables))
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 2, max: 5 }),
      fc.integer({ min: 1, max: 6 }),
      (trials, reduction, rungs) => {
        const all = rungsOf(successiveHalving({ trials, reduction, rungs }))
        const entrants = all.map((rung) => rung.entrants(trials))
        expect(all.at(-1)!.share).toBe(1)
        expect(entrants[0]).toBe(trials)
        for (const [rung, count] of entrants.entries()) {
          expect(count).toBeGreaterThanOrEqual(1)
          if (rung > 0) expect(count).toBeLessThanOrEqual(entrants[rung - 1]!)
        }
      },
    ),
  )
})
