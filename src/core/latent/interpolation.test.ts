import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { fixedLatents } from "./fixedLatents.ts"
import { type Interpolation, lerp, norm, slerp } from "./interpolation.ts"

const number = fc.double({ min: -5, max: 5, noNaN: true })
const share = fc.double({ min: 0, max: 1, noNaN: true })
const pair = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.tuple(
      fc.array(number, { minLength: size, maxLength: size }),
      fc.array(number, { minLength: size, maxLength: size }),
    ),
  )
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))
/** A vector of the length 2, and its angle to another: near 0 and pi too. */
const circle = fc.tuple(
  fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
  fc.double({ min: 0, max: 3.1, noNaN: true }),
)
const at = (angle: number) => [2 * Math.cos(angle), 2 * Math.sin(angle)]

describe.each<[string, Interpolation]>([
  ["lerp", lerp],
  ["slerp", slerp],
])("%s", (_name, way) => {
  test("ends exactly at its ends", () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(way(a, b, 0)).toEqual(Float64Array.from(a))
        expect(way(a, b, 1)).toEqual(Float64Array.from(b))
      }),
    )
  })

  test("is the same way from either end", () => {
    fc.assert(
      fc.property(pair, share, ([a, b], t) => {
        expect(largest(way(a, b, t), way(b, a, 1 - t))).toBeLessThan(1e-8)
      }),
    )
  })

  test("refuses vectors of unlike sizes, and places off the way, in a sentence", () => {
    expect(() => way([1], [1, 2], 0.5)).toThrow(
      "Expected latent vectors of one size, but got 1 and 2 numbers; take two of one generator.",
    )
    expect(() => way([1], [2], 1.5)).toThrow(
      "Expected a place from 0 to 1 between two latent vectors, but got 1.5.",
    )
    expect(() => way([1], [2], Number.NaN)).toThrow("but got NaN")
  })
})

test("slerp keeps the length of vectors that are equally long", () => {
  fc.assert(
    fc.property(circle, share, ([start, angle], t) => {
      expect(norm(slerp(at(start), at(start + angle), t))).toBeCloseTo(2, 8)
    }),
  )
})

test("slerp goes evenly along the arc", () => {
  fc.assert(
    fc.property(circle, share, ([start, angle], t) => {
      expect(largest(slerp(at(start), at(start + angle), t), at(start + t * angle))).toBeLessThan(1e-7)
    }),
  )
})

test("lerp is never longer than the longer end", () => {
  fc.assert(
    fc.property(pair, share, ([a, b], t) => {
      expect(norm(lerp(a, b, t))).toBeLessThanOrEqual(Math.max(norm(a), norm(b)) * (1 + 1e-12))
    }),
  )
})

test("slerp of parallel, opposite and vanishing vectors is lerp, and finite", () => {
  fc.assert(
    fc.property(
      fc.array(number, { minLength: 1, maxLength: 6 }),
      fc.double({ min: -2, max: 2, noNaN: true }),
      share,
      (a, scale, t) => {
        const b = a.map((value) => scale * value)
        expect(largest(slerp(a, b, t), lerp(a, b, t))).toBeLessThan(1e-8)
      },
    ),
  )
})

test("the middle of two independent normal draws of size 100 is shorter by 1 / sqrt(2) on the chord, and as long on the arc", () => {
  // E|z| of N(0, I_100) is 9.975 (chi of 100 degrees of freedom), of the middle of the chord 7.053.
  const latents = fixedLatents(1, 400, 100)
  const mean = (way: Interpolation) =>
    latents.slice(1).reduce((sum, latent, i) => sum + norm(way(latents[i]!, latent, 0.5)), 0) / 399
  expect(mean(lerp)).toBeCloseTo(7.05, 1)
  expect(mean(slerp)).toBeCloseTo(9.97, 1)
})
