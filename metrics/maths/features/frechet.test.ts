import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { frechetDistance, frechetDistanceOf, type Gaussian } from "./frechet.ts"
import { addVectors, momentsOf, noMoments, settledMoments } from "./moments.ts"
import { gaussianRows, randomOrder, reordered, rotated, rowsOf } from "./testing/gaussianRows.ts"

const gaussian = (mean: readonly number[], covariance: readonly number[]): Gaussian => ({
  mean: Float64Array.from(mean),
  covariance: Float64Array.from(covariance),
})

const diagonal = (mean: readonly number[], variances: readonly number[]): Gaussian =>
  gaussian(
    mean,
    variances.flatMap((variance, i) => variances.map((_, j) => (i === j ? variance : 0))),
  )

test("in one dimension it is (m1 - m2)^2 + (s1 - s2)^2", () => {
  // Case "1d" of the reference numbers; closed form, and pytorch-fid, clean-fid and torch-fidelity agree to 1e-12.
  const a = gaussian([0.950674222191923], [0.5486881037190614])
  const b = gaussian([-1.6580463162458616], [2.3123348229803695])
  expect(Math.abs(frechetDistance(a, b) - 7.41366916832267)).toBeLessThan(1e-12)
})

test("between diagonal Gaussians it is the sum over dimensions", () => {
  // Case "diagonal" of the reference numbers, tolerance 1e-11.
  const a = diagonal(
    [0.42105071625547846, -1.0656029804488336, -0.886239669955473, -0.4757334926833952, 0.6896823102014212],
    [1.738794057892137, 1.9931656828543514, 0.14984517690337373, 2.0007492685474992, 3.773045944139128],
  )
  const b = diagonal(
    [0.5611921760332811, -1.3055485097805806, -1.1194752615996189, 0.7368373912295207, 1.5746340731042836],
    [3.418100848569437, 2.9468614338611925, 0.5240706802890023, 3.5862262641118168, 3.4429015635840354],
  )
  expect(Math.abs(frechetDistance(a, b) - 3.1097952434205447)).toBeLessThan(1e-11)
})

test("a covariance of zero leaves the means and the other trace", () => {
  // Cases "zero_sigma" (tolerance 1e-9) and "both_zero_sigma" (1e-12) of the reference numbers.
  const zero = diagonal([0, 0, 0, 0], [0, 0, 0, 0])
  const other = gaussian(
    [1, 1, 1, 1],
    [
      0.4970722796222424, -0.02406206819263516, -0.12759840969450595, -0.0930335253324349,
      -0.02406206819263516, 0.28452461644831717, 0.1323491310764496, -0.04714634296675785,
      -0.12759840969450595, 0.1323491310764496, 0.5256596602920949, -0.17492811716362755, -0.0930335253324349,
      -0.04714634296675785, -0.17492811716362755, 0.4245165147153181,
    ],
  )
  expect(Math.abs(frechetDistance(zero, other) - 5.731773071077972)).toBeLessThan(1e-9)
  expect(Math.abs(frechetDistance(other, zero) - 5.731773071077972)).toBeLessThan(1e-9)
  expect(frechetDistance(zero, diagonal([0.5, 0.5, 0.5, 0.5], [0, 0, 0, 0]))).toBe(1)
})

test("with fewer vectors than dimensions it is still right", () => {
  // Case "features_n_eq_2" of the reference numbers: two vectors a side over six features, tolerance 5e-6.
  const a = Float64Array.of(
    0,
    0.418625146150589,
    0,
    0,
    0.9297483563423157,
    1.7515636682510376,
    0,
    0.6407861709594727,
    0,
    0,
    0,
    0,
  )
  const b = Float64Array.of(
    0.889245867729187,
    1.5731451511383057,
    0.4393412470817566,
    0,
    0.5620926022529602,
    0.8847967386245728,
    0,
    0,
    0.9653634428977966,
    0.8490015268325806,
    0,
    0,
  )
  const [first, second] = [a, b].map((rows) => settledMoments(addVectors(noMoments(6), rows)))
  expect(Math.abs(frechetDistance(first!, second!) - 4.107704339746545)).toBeLessThan(5e-6)
})

/** Moments of random vectors of 4 features. */
const randomMoments = fc.integer().map((seed) => {
  const source = stream(seed, "frechet.test")
  return settledMoments(
    addVectors(
      noMoments(4),
      Float64Array.from({ length: 4 * 9 }, () => source.normal()),
    ),
  )
})

test("it is symmetric, not negative, zero for equals, and grows by the squared shift of a mean", () => {
  fc.assert(
    fc.property(randomMoments, randomMoments, fc.double({ min: -5, max: 5, noNaN: true }), (a, b, shift) => {
      const distance = frechetDistance(a, b)
      expect(distance).toBeGreaterThan(-1e-12)
      expect(Math.abs(distance - frechetDistance(b, a))).toBeLessThan(1e-9)
      expect(Math.abs(frechetDistance(a, a))).toBeLessThan(1e-12)
      const moved = { ...a, mean: a.mean.map((value, i) => (i === 0 ? value + shift : value)) }
      expect(Math.abs(frechetDistance(a, moved) - shift ** 2)).toBeLessThan(1e-10)
    }),
  )
})

test("four times the covariance and means one apart give dimensions plus trace", () => {
  // tr S + tr 4S - 2 tr 2S = tr S.
  fc.assert(
    fc.property(randomMoments, (a) => {
      const b = { mean: a.mean.map((value) => value + 1), covariance: a.covariance.map((value) => 4 * value) }
      const trace = [0, 1, 2, 3].reduce((sum, i) => sum + a.covariance[i * 4 + i]!, 0)
      expect(Math.abs(frechetDistance(a, b) - (4 + trace))).toBeLessThan(1e-10)
    }),
  )
})

test("features of two networks are refused in one sentence", () => {
  expect(() => frechetDistance(diagonal([0], [1]), diagonal([0, 0], [1, 1]))).toThrow(
    "Expected two Gaussians over equally many features, but got 1 and 2; features of one network and one tap are compared.",
  )
})

test("values that are not finite are refused in one sentence", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => frechetDistance(diagonal([0], [1]), diagonal([0], [value]))).toThrow(
      "Expected covariances of finite numbers, but one is not finite; look at the features.",
    )
  }
})

const size = 5
const gaussianOf = (rows: Float64Array) => momentsOf(rowsOf(rows, size))
const setOf = (count: number, ...key: (string | number)[]) =>
  gaussianRows(count, size, ...key).map((value, at) => value * (1 + (at % size)))

test("a common scale s multiplies it by s^2, also where float64 nearly ends", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -200, max: 200 }), (seed, exponent) => {
      const [a, b] = [setOf(20, seed, "a"), setOf(15, seed, "b")]
      const distance = frechetDistance(gaussianOf(a), gaussianOf(b))
      const scaled = [a, b].map((rows) => gaussianOf(rows.map((value) => 2 ** exponent * value)))
      const ratio = frechetDistance(scaled[0]!, scaled[1]!) / 2 ** exponent / 2 ** exponent
      expect(Math.abs(ratio / distance - 1)).toBeLessThan(1e-10)
    }),
  )
})

test("a common rotation, shift or order of features changes nothing, nor does the order of vectors", () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: -50, max: 50, noNaN: true }), (seed, shift) => {
      const [a, b] = [setOf(20, seed, "a"), setOf(15, seed, "b")]
      const distance = frechetDistance(gaussianOf(a), gaussianOf(b))
      const order = randomOrder(size, seed)
      const changes: ((rows: Float64Array) => Float64Array)[] = [
        (rows) => rotated(rows, size, seed),
        (rows) => rows.map((value, at) => value + shift * (at % size)),
        (rows) => rows.map((_, at) => rows[at - (at % size) + order[at % size]!]!),
        (rows) => reordered(rows, size, randomOrder(rows.length / size, seed)),
      ]
      for (const change of changes) {
        const changed = frechetDistance(gaussianOf(change(a)), gaussianOf(change(b)))
        expect(Math.abs(changed - distance)).toBeLessThan(1e-9 * Math.max(1, distance))
      }
    }),
  )
})

test("between covariances with common axes it is the sum over the axes", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.double({ min: 0.5, max: 9, noNaN: true }), { minLength: 10, maxLength: 10 }),
      (seed, spreads) => {
        const axes = rotated(
          Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0)),
          size,
          seed,
        )
        const covariance = (squares: readonly number[]) =>
          Float64Array.from({ length: size * size }, (_, at) => {
            const [i, j] = [Math.floor(at / size), at % size]
            return squares.reduce(
              (sum, square, k) => sum + square * axes[k * size + i]! * axes[k * size + j]!,
              0,
            )
          })
        const [first, second] = [spreads.slice(0, size), spreads.slice(size)]
        const mean = new Float64Array(size)
        const distance = frechetDistance(
          { mean, covariance: covariance(first.map((value) => value ** 2)) },
          { mean, covariance: covariance(second.map((value) => value ** 2)) },
        )
        const expected = first.reduce((sum, value, i) => sum + (value - second[i]!) ** 2, 0)
        expect(Math.abs(distance - expected)).toBeLessThan(1e-10)
      },
    ),
  )
})

test("from features it is what moments give, and exact where there are no more vectors than features", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 2, max: 12 }),
      fc.integer({ min: 2, max: 12 }),
      (seed, n, m) => {
        const [a, b] = [setOf(n, seed, "a"), setOf(m, seed, "b")]
        const distance = frechetDistanceOf(a, b, size)
        const spread = gaussianOf(a).covariance.reduce((sum, value) => sum + Math.abs(value), 1)
        const ofMoments = frechetDistance(gaussianOf(a), gaussianOf(b))
        expect(Math.abs(distance - ofMoments)).toBeLessThan(1e-6 * spread)
        expect(Math.abs(frechetDistanceOf(b, a, size) - distance)).toBeLessThan(1e-6 * spread)
        // Moments lose 2^-52 times the squared condition of the covariance, which few vectors beyond the features make large.
        const tolerance = n <= size ? 1e-11 : 1e-6
        expect(Math.abs(frechetDistanceOf(a, a, size))).toBeLessThan(tolerance * spread)
      },
    ),
  )
})

test("two sets along directions at right angles have the sum of their traces between them", () => {
  // S1 S2 = 0: the distance is |m1 - m2|^2 + tr S1 + tr S2, and no root of rounding is added.
  const wide = 12
  const along = (first: number, name: string) => {
    const rows = new Float64Array(4 * wide)
    gaussianRows(4, 3, name).forEach((value, at) => {
      rows[Math.floor(at / 3) * wide + first + (at % 3)] = value
    })
    return rows
  }
  const [a, b] = [along(0, "a"), along(6, "b")]
  const [first, second] = [momentsOf(rowsOf(a, wide)), momentsOf(rowsOf(b, wide))]
  let expected = first.mean.reduce((sum, value, i) => sum + (value - second.mean[i]!) ** 2, 0)
  for (let i = 0; i < wide; i++)
    expected += first.covariance[i * (wide + 1)]! + second.covariance[i * (wide + 1)]!
  expect(Math.abs(frechetDistanceOf(a, b, wide) - expected)).toBeLessThan(1e-13)
  expect(Math.abs(frechetDistance(first, second) - expected)).toBeLessThan(1e-13)
})

test("over several panels and bands it is still the closed form", () => {
  // (s - t)^2 in each of 150 dimensions, mixed by a rotation of the features.
  const many = 150
  const rows = (name: string) => rotated(gaussianRows(400, many, name), many, "many")
  const a = momentsOf(rowsOf(rows("one set"), many))
  const b = { mean: a.mean, covariance: a.covariance.map((value) => 9 * value) }
  let trace = 0
  for (let i = 0; i < many; i++) trace += a.covariance[i * (many + 1)]!
  // tr S + tr 9S - 2 tr 3S = 4 tr S.
  expect(Math.abs(frechetDistance(a, b) / (4 * trace) - 1)).toBeLessThan(1e-12)
})
