import fc from "fast-check"
import { expect, test } from "vitest"
import { analogy, meanLatent } from "./arithmetic.ts"
import { fixedLatents } from "./fixedLatents.ts"
import { lerp, norm, slerp } from "./interpolation.ts"
import { truncated } from "./truncation.ts"
import { walk } from "./walk.ts"

const latent = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 3, maxLength: 3 })
const several = fc.array(latent, { minLength: 1, maxLength: 4 })
const close = (got: ArrayLike<number>, wanted: ArrayLike<number>) =>
  Array.from(got).forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i]!, 10)
  })

test("fixed latents are the same for a seed, whatever their number, and others for another", () => {
  const some = fixedLatents(3, 4, 5)
  expect(fixedLatents(3, 9, 5).slice(0, 4)).toEqual(some)
  expect(fixedLatents(4, 4, 5)).not.toEqual(some)
  expect(new Set(some.map(String)).size).toBe(4)
})

test("fixed latents have mean 0 and variance 1", () => {
  const values = fixedLatents(1, 200, 50).flatMap((one) => [...one])
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  // Four standard errors of 10,000 draws.
  expect(Math.abs(mean)).toBeLessThan(0.04)
  expect(Math.abs(variance - 1)).toBeLessThan(0.06)
})

test("truncation by 1 changes nothing, by 0 leaves the mean, and by less is nearer to it", () => {
  fc.assert(
    fc.property(latent, latent, fc.double({ min: 0, max: 1, noNaN: true }), (z, mean, psi) => {
      expect(truncated(z, 1, mean)).toEqual(Float64Array.from(z))
      close(truncated(z, 0, mean), mean)
      const distance = (one: ArrayLike<number>) => norm(Array.from(one, (value, i) => value - mean[i]!))
      expect(distance(truncated(z, psi, mean))).toBeCloseTo(psi * distance(z), 9)
      expect(norm(truncated(z, psi))).toBeCloseTo(psi * norm(z), 9)
    }),
  )
})

test("what is taken away and added again leaves the mean as it was", () => {
  fc.assert(
    fc.property(several, several, (from, others) => {
      close(analogy({ from, minus: others, plus: others }), meanLatent(from))
      close(analogy({ from: others, minus: others, plus: from }), meanLatent(from))
    }),
  )
})

test("arithmetic is that of means", () => {
  const found = analogy({
    from: [
      [1, 2],
      [3, 4],
    ],
    minus: [[1, 1]],
    plus: [
      [0, 10],
      [0, 20],
    ],
  })
  expect([...found]).toEqual([1, 17])
})

test("a walk meets each stop, in even steps between them", () => {
  const stops = fixedLatents(1, 3, 4)
  const { legs, step } = walk(stops, 5, slerp)
  expect(legs.map((leg) => leg.length)).toEqual([5, 5])
  expect(step).toBe(0.25)
  expect(legs.map((leg) => leg[0])).toEqual(stops.slice(0, 2))
  expect(legs.map((leg) => leg.at(-1))).toEqual(stops.slice(1))
  expect(walk(stops, 5, lerp).legs[0]![2]).toEqual(lerp(stops[0]!, stops[1]!, 0.5))
})

test.each([
  [() => truncated([1], 1.5), "Expected a truncation from 0 to 1, but got 1.5."],
  [() => truncated([1], 0.5, [1, 2]), "Expected a mean of 1 numbers, as the latent vector has, but got 2."],
  [() => meanLatent([]), "Expected latent vectors to take the mean of, but got none."],
  [
    () => analogy({ from: [[1]], minus: [[1, 2]], plus: [[1]] }),
    "Expected latent vectors of one size, but got 1 and 2",
  ],
  [() => walk([[1]], 3, lerp), "Expected two stops or more to walk between, but got 1."],
  [() => walk([[1], [2]], 1, lerp), "Expected two frames or more from a stop to the next one, but got 1."],
])("what cannot be is a sentence (%#)", (call, sentence) => {
  expect(call).toThrow(sentence)
})
