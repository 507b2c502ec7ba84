import fc from "fast-check"
import { expect, test } from "vitest"
import { memorisationPenalty } from "./memorisation.ts"
import { gaussianRows, randomOrder, reordered, rotated, rowsOf } from "./testing/gaussianRows.ts"

const penalty = (real: Float64Array, fake: Float64Array, features: number, threshold: number) =>
  memorisationPenalty(rowsOf(real, features), rowsOf(fake, features), threshold)

const size = 3
const never = Number.POSITIVE_INFINITY

/** Mean over real vectors of the smallest `1 - |cosine|`, pair by pair. */
function bruteForce(real: Float64Array, fake: Float64Array): number {
  let sum = 0
  for (let i = 0; i < real.length; i += size) {
    let nearest = never
    for (let j = 0; j < fake.length; j += size) {
      let [product, a, b] = [0, 0, 0]
      for (let k = 0; k < size; k++) {
        product += real[i + k]! * fake[j + k]!
        a += real[i + k]! ** 2
        b += fake[j + k]! ** 2
      }
      nearest = Math.min(nearest, 1 - Math.abs(product) / Math.sqrt(a * b))
    }
    sum += nearest
  }
  return sum / (real.length / size)
}

test("between right angles, and between 45 degrees, it is as by hand", () => {
  expect(penalty(Float64Array.of(2, 0), Float64Array.of(0, 3), 2, never).distance).toBe(1)
  expect(penalty(Float64Array.of(2, 0), Float64Array.of(1, 1), 2, never).distance).toBeCloseTo(
    1 - Math.SQRT1_2,
    15,
  )
})

test("it is the mean over real vectors of the distance to the nearest generated one, in [0, 1]", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 15 }),
      fc.integer({ min: 1, max: 15 }),
      (seed, reals, fakes) => {
        const [real, fake] = [
          gaussianRows(reals, size, seed, "real"),
          gaussianRows(fakes, size, seed, "fake"),
        ]
        const { distance } = penalty(real, fake, size, never)
        expect(Math.abs(distance - bruteForce(real, fake))).toBeLessThan(1e-13)
        expect(distance).toBeGreaterThanOrEqual(-1e-15)
        expect(distance).toBeLessThanOrEqual(1)
      },
    ),
  )
})

test("it holds over several blocks of products", () => {
  const [real, fake] = [gaussianRows(1050, size, "real"), gaussianRows(1030, size, "fake")]
  const { distance } = penalty(real, fake, size, never)
  expect(Math.abs(distance - bruteForce(real, fake))).toBeLessThan(1e-13)
})

test("it depends neither on the order of the vectors, nor on their lengths and signs, nor on a common rotation", () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: -5, max: -0.1, noNaN: true }), (seed, factor) => {
      const [real, fake] = [gaussianRows(8, size, seed, "real"), gaussianRows(9, size, seed, "fake")]
      const { distance } = penalty(real, fake, size, never)
      for (const [a, b] of [
        [reordered(real, size, randomOrder(8, seed)), reordered(fake, size, randomOrder(9, seed))],
        [real.map((value) => factor * value), fake],
        [rotated(real, size, seed), rotated(fake, size, seed)],
      ] as const) {
        expect(Math.abs(penalty(a, b, size, never).distance - distance)).toBeLessThan(1e-13)
      }
    }),
  )
})

test("repeated images have distance 0, which lifts a Frechet distance by 1e14", () => {
  const real = Float64Array.of(1, 0, 0, 0, 1, 0)
  const { distance, of } = penalty(real, real, size, 0.1)
  expect(distance).toBe(0)
  expect(of(2)).toBe(2 / 1e-14)
})

test("distances from the threshold on count as 1, and Frechet distances up to 1e-8 as 0", () => {
  const [real, fake] = [Float64Array.of(1, 0), Float64Array.of(1, 1)]
  const [above, below] = [0.2, 0.3].map((threshold) => penalty(real, fake, 2, threshold))
  expect(above!.distance).toBe(1)
  expect(above!.of(3)).toBeCloseTo(3, 12)
  expect(below!.distance).toBeCloseTo(0.29289, 5)
  expect(below!.of(3)).toBeCloseTo(3 / 0.29289321881, 8)
  expect([above!.of(1e-8), above!.of(-1e-10)]).toEqual([0, 0])
})

test("vectors that sum to 0 are left out, and a side without others is refused in one sentence", () => {
  const real = Float64Array.of(1, 0, 0, 1)
  const withZero = Float64Array.of(0, 0, 1, 1, 1, -1)
  expect(penalty(real, withZero, 2, never).distance).toBe(
    penalty(real, Float64Array.of(1, 1), 2, never).distance,
  )
  expect(() => penalty(real, Float64Array.of(0, 0), 2, 0.1)).toThrow(
    "Expected vectors that do not sum to 0 on both sides of MiFID, but got 2 real and 0 generated.",
  )
  expect(() => memorisationPenalty(rowsOf(real, 2), rowsOf(real, 4), 0.1)).toThrow(
    "Expected equally many features on both sides of MiFID, but got 2 and 4; features of one network and one tap are compared.",
  )
})
