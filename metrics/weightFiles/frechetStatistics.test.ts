import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, expect, test } from "vitest"
import { frechetDistance } from "../maths/features/frechet.ts"
import { addVectors, noMoments, settledMoments } from "../maths/features/moments.ts"
import {
  decodeFrechetStatistics,
  encodeFrechetStatistics,
  readFrechetStatistics,
  writeFrechetStatistics,
} from "./frechetStatistics.ts"
import type { NpyArray } from "./npy.ts"
import { encodeNpz } from "./npz.ts"
import { WeightFileError } from "./weightFileError.ts"

const folder = mkdtempSync(join(tmpdir(), "statistics-"))
afterAll(() => rmSync(folder, { recursive: true }))

test("moments are written and read back bit for bit", () => {
  const rows = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 6, maxLength: 6 })
  fc.assert(
    fc.property(fc.array(rows, { minLength: 2, maxLength: 9 }), (vectors) => {
      const { mean, covariance } = settledMoments(addVectors(noMoments(6), Float64Array.from(vectors.flat())))
      const read = decodeFrechetStatistics(encodeFrechetStatistics({ mean, covariance }))
      expect(read).toEqual({ mean, covariance })
    }),
  )
})

test("a written file is read and judged like the moments in memory", async () => {
  const moments = { mean: Float64Array.of(1, 2), covariance: Float64Array.of(2, 0.5, 0.5, 1) }
  const other = { mean: Float64Array.of(0, 2), covariance: Float64Array.of(2, 0.5, 0.5, 1) }
  const path = join(folder, "stats.npz")
  await writeFrechetStatistics(path, moments)
  // Equal covariances: the squared distance of the means, 1.
  expect(frechetDistance(await readFrechetStatistics(path), other)).toBeCloseTo(1, 12)
})

const array = (shape: readonly number[], ...values: number[]): NpyArray => ({
  shape,
  values: Float64Array.from(values),
})

test.each([
  [
    "no sigma",
    { mu: array([1], 0) },
    "Expected arrays mu and sigma in a file of FID statistics but got [mu]",
  ],
  ["another size", { mu: array([1], 0), sigma: array([2, 1], 1, 1) }, "but got [1] and [2,1]"],
  ["no features", { mu: array([0]), sigma: array([0, 0]) }, "but got [0] and [0,0]"],
  ["a matrix as mean", { mu: array([1, 1], 0), sigma: array([1, 1], 1) }, "but got [1,1] and [1,1]"],
  ["a negative variance", { mu: array([1], 0), sigma: array([1, 1], -1) }, "but got -1 for feature 0"],
  ["asymmetry", { mu: array([2], 0, 0), sigma: array([2, 2], 1, 0.5, 0.25, 1) }, "are 0.25 and 0.5"],
  [
    "NaN",
    { mu: array([1], 0), sigma: array([1, 1], Number.NaN) },
    "finite values in sigma but got NaN at index 0",
  ],
  ["infinity", { mu: array([1], Number.POSITIVE_INFINITY), sigma: array([1, 1], 1) }, "finite values in mu"],
])("%s is refused in one sentence", (_, arrays, sentence) => {
  const read = () => decodeFrechetStatistics(encodeNpz(new Map(Object.entries(arrays))))
  expect(read).toThrow(WeightFileError)
  expect(read).toThrow(sentence)
})

test("a missing file and a folder are refused", async () => {
  const missing = join(folder, "missing.npz")
  await expect(readFrechetStatistics(missing)).rejects.toThrow(
    `Expected a file at ${JSON.stringify(missing)} but there is none; check its path.`,
  )
  await expect(readFrechetStatistics(folder)).rejects.toThrow("but it is a folder, a pipe or a device")
})
