import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import type { Loss } from "../contracts/loss.ts"
import { coral, coralDistance } from "./coral.ts"
import { mmd, multiKernelMmd } from "./mmd.ts"
import { builtLoss, noWorld } from "./testing/builtLoss.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const [rows, size] = [6, 3]
const batch = (...key: (string | number)[]): number[] =>
  Array.from(
    { length: rows * size },
    (() => {
      const source = stream("domainLosses.test", ...key)
      return () => source.normal()
    })(),
  )
const value = (loss: (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Scalar, a: number[], b: number[]): number =>
  tf.tidy(() => loss(tf.tensor2d(a, [rows, size]), tf.tensor2d(b, [rows, size])).dataSync()[0]!)

const covariance = (a: tf.Tensor2D, b: tf.Tensor2D) => coralDistance(a, b, "covariance")
const moments = (a: tf.Tensor2D, b: tf.Tensor2D) => coralDistance(a, b, "momentMeans")

test("coral of scaled features is the difference of their covariances by hand", () => {
  // C_T = 4 C_S, so |C_S - C_T|^2 = 9 |C_S|^2, over 4 d^2.
  const a = batch("hand")
  const mean = [0, 1, 2].map(
    (i) => a.filter((_, at) => at % size === i).reduce((sum, x) => sum + x, 0) / rows,
  )
  let norm = 0
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0
      for (let row = 0; row < rows; row++)
        sum += (a[row * size + i]! - mean[i]!) * (a[row * size + j]! - mean[j]!)
      norm += (sum / (rows - 1)) ** 2
    }
  }
  expect(
    value(
      covariance,
      a,
      a.map((x) => 2 * x),
    ),
  ).toBeCloseTo((9 * norm) / (4 * size ** 2), 4)
})

test("coral is 0 for equal batches, symmetric, never negative, and blind to a shift in the paper's form alone", () => {
  fc.assert(
    fc.property(fc.nat(50), fc.nat(50), fc.double({ min: -2, max: 2, noNaN: true }), (one, other, shift) => {
      const [a, b] = [batch("a", one), batch("b", other)]
      for (const form of [covariance, moments]) {
        expect(value(form, a, a)).toBe(0)
        expect(value(form, a, b)).toBeGreaterThanOrEqual(0)
        expect(value(form, a, b)).toBeCloseTo(value(form, b, a), 6)
      }
      expect(
        value(
          covariance,
          a,
          a.map((x) => x + shift),
        ),
      ).toBeCloseTo(0, 5)
      expect(
        value(
          moments,
          a,
          a.map((x) => x + shift),
        ),
      ).toBeCloseTo(shift ** 2, 4)
    }),
    { numRuns: 20 },
  )
})

test("mk-mmd is what its definition says in float64", () => {
  const [a, b] = [batch("x"), batch("y")]
  const all = [...a, ...b]
  const squared = (i: number, j: number): number =>
    [0, 1, 2].reduce((sum, k) => sum + (all[i * size + k]! - all[j * size + k]!) ** 2, 0)
  const places = Array.from({ length: 2 * rows }, (_, i) => i)
  const mean =
    places.flatMap((i) => places.map((j) => squared(i, j))).reduce((sum, x) => sum + x, 0) / (2 * rows) ** 2
  const kernel = (i: number, j: number): number =>
    [0.125, 0.25, 0.5, 1, 2].reduce((sum, factor) => sum + Math.exp(-squared(i, j) / (2 * factor * mean)), 0)
  let expected = 2 / (rows - 1)
  for (const i of places) {
    for (const j of places) {
      const within = i < rows === j < rows
      if (within && i !== j) expected += kernel(i, j) / (rows * (rows - 1))
      if (!within) expected -= kernel(i, j) / (rows * rows)
    }
  }
  expect(value(multiKernelMmd, a, b)).toBeCloseTo(expected, 5)
  expect(value(multiKernelMmd, b, a)).toBeCloseTo(expected, 5)
})

test("gradients of both agree with central differences, and none goes through mk-mmd's bandwidth", () => {
  const [a, b] = [batch("g"), batch("h")]
  for (const form of [covariance, moments]) {
    const gradient = tf.tidy(() =>
      tf
        .grad((x) => form(x as tf.Tensor2D, tf.tensor2d(b, [rows, size])))(tf.tensor2d(a, [rows, size]))
        .dataSync(),
    )
    const step = 1e-2
    for (const at of [0, 7, 17]) {
      const moved = (by: number) => a.map((x, i) => (i === at ? x + by : x))
      const slope = (value(form, moved(step), b) - value(form, moved(-step), b)) / (2 * step)
      expect(Math.abs(gradient[at]! - slope)).toBeLessThan(2e-3)
    }
  }
  const pulled = tf.tidy(() =>
    tf
      .grad((x) => multiKernelMmd(x as tf.Tensor2D, tf.tensor2d(b, [rows, size])))(
        tf.tensor2d(a, [rows, size]),
      )
      .dataSync(),
  )
  expect(pulled.every(Number.isFinite)).toBe(true)
  expect(pulled.some((x) => Math.abs(x) > 1e-4)).toBe(true)
})

test("as losses they are one value for the batch, which the learner lowers: coral in the paper's form by default", () => {
  const [a, b] = [batch("l"), batch("m")]
  const of = (loss: Loss<"domains">) => {
    expect([loss.scope, Object.keys(loss.sides)]).toEqual(["batch", ["learner"]])
    return value((source, target) => loss.sides.learner!({ source, target }, noWorld) as tf.Scalar, a, b)
  }
  expect(of(builtLoss(coral()))).toBe(value(covariance, a, b))
  expect(of(builtLoss(coral({ form: "momentMeans" })))).toBe(value(moments, a, b))
  expect(of(builtLoss(mmd()))).toBe(value(multiKernelMmd, a, b))
})
