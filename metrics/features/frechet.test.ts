import { readFileSync } from "node:fs"
import { join } from "node:path"
import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { frechetDistance, type Gaussian } from "./frechet.ts"
import { addVectors, noMoments, settledMoments } from "./moments.ts"

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

const golden = process.env.SADDLEPOINT_GOLDEN

interface GoldenArray {
  readonly file: string
  readonly dtype: "float32" | "float64"
}

test.skipIf(golden === undefined)(
  "it equals all reference numbers to their tolerances (SADDLEPOINT_GOLDEN)",
  () => {
    const array = (value: GoldenArray | readonly (number | readonly number[])[]): Float64Array => {
      if (!("file" in value)) return Float64Array.from(value.flat())
      const bytes = new Uint8Array(readFileSync(join(golden!, value.file))).buffer
      return Float64Array.from(value.dtype === "float64" ? new Float64Array(bytes) : new Float32Array(bytes))
    }
    const { cases } = JSON.parse(readFileSync(join(golden!, "frechet.json"), "utf8"))
    expect(cases.length).toBeGreaterThan(10)
    for (const { id, kind, d, inputs, expected, abs_tol } of cases) {
      const side = (which: 1 | 2): Gaussian =>
        kind === "moments"
          ? { mean: array(inputs[`mu${which}`]), covariance: array(inputs[`sigma${which}`]) }
          : settledMoments(addVectors(noMoments(d), array(inputs[`features${which}`])))
      expect(Math.abs(frechetDistance(side(1), side(2)) - expected), id).toBeLessThanOrEqual(abs_tol)
    }
  },
)
