import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { logisticLoss, logisticRegression } from "./logisticRegression.ts"
import { aDistanceOfError, proxyADistance } from "./proxyADistance.ts"

const rows = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 24, maxLength: 24 })
const classes = Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 1 : 0))

test("the logistic regression ends where its gradient is 0 and every step away costs", () => {
  fc.assert(
    fc.property(rows, fc.constantFrom(0.1, 1, 100), (x, c) => {
      const found = logisticRegression(x, classes, 2, c)
      const { loss, gradient } = logisticLoss(x, classes, found, c)
      for (const slope of gradient) expect(Math.abs(slope)).toBeLessThan(1e-7 * (1 + c))
      for (const step of [-0.01, 0.01]) {
        const beside = { weights: found.weights.map((weight) => weight + step), intercept: found.intercept }
        expect(logisticLoss(x, classes, beside, c).loss).toBeGreaterThan(loss)
      }
    }),
  )
})

test("without features that tell, the intercept is the log odds of the classes", () => {
  const { weights, intercept } = logisticRegression(new Float64Array(12), classes, 1, 1)
  expect(weights[0]).toBe(0)
  expect(intercept).toBeCloseTo(Math.log(4 / 8), 12)
})

test("classes that are far apart converge too", () => {
  const x = Float64Array.from({ length: 40 }, (_, i) => (i < 20 ? 1000 : -1000) + (i % 7))
  const labels = Array.from({ length: 40 }, (_, i) => (i < 20 ? 1 : 0))
  const found = logisticRegression(x, labels, 1, 1)
  for (const slope of logisticLoss(x, labels, found, 1).gradient) expect(Math.abs(slope)).toBeLessThan(1e-6)
})

function domain(name: string, shift: number): Float32Array {
  const source = stream("proxyADistance.test", name)
  return Float32Array.from({ length: 200 * 3 }, () => source.normal() + shift)
}

test("domains that nobody can confuse have distance 2, the same ones about 0, and the distance is that of the error", () => {
  const split = { kind: "seeded", seed: 1, trainShare: 0.8 } as const
  const far = proxyADistance(domain("s", 0), domain("t", 20), 3, split)
  expect([far.distance, far.testError, far.trainError]).toEqual([2, 0, 0])
  const near = proxyADistance(domain("s", 0), domain("t", 0), 3, split)
  expect(Math.abs(near.distance)).toBeLessThan(0.7) // 80 held-out rows: 2 (1 - 2 e) has a deviation of 0.22
  expect(near.distance).toBe(aDistanceOfError(near.testError))
  expect(near.clipped).toBe(Math.max(0, near.distance))
  expect([0, 0.25, 0.5, 0.6].map(aDistanceOfError)).toEqual([2, 1, 0, expect.closeTo(-0.4, 15)])
})

test("the identity tells classifier, split and sizes, and a stored split gives what the seeded one gave", () => {
  const [source, target] = [domain("s", 0), domain("t", 0.5)]
  const seeded = proxyADistance(source, target, 3, { kind: "seeded", seed: 4, trainShare: 0.75 })
  expect(seeded.identity).toMatchObject({
    split: "seeded",
    splitSeed: 4,
    trainRows: 300,
    sourceRows: 200,
    features: 3,
  })
  const order = stream(4, "proxyADistance", "split").shuffle(Array.from({ length: 400 }, (_, i) => i))
  const stored = proxyADistance(source, target, 3, { kind: "stored", order, train: 300 })
  expect(stored.distance).toBe(seeded.distance)
  expect(stored.weights).toEqual(seeded.weights)
  expect(stored.identity.order).toMatch(/^[0-9a-f]{64}$/)
  expect(stored.identity.classifier).toBe(
    "logistic regression, C 1, free intercept, converged by Newton's method, float64",
  )
  // Exchanged domains mirror the classifier; the rows of the same split are exchanged too.
  const exchanged = order.map((row) => (row < 200 ? row + 200 : row - 200))
  const mirrored = proxyADistance(target, source, 3, { kind: "stored", order: exchanged, train: 300 })
  expect(mirrored.distance).toBe(stored.distance)
  expect(mirrored.weights[0]).toBeCloseTo(-stored.weights[0]!, 10)
})

test("a split that is not one of all rows, and a training part of one domain, are refused in one sentence", () => {
  const [source, target] = [new Float32Array(6), new Float32Array(3)]
  expect(() => proxyADistance(source, target, 3, { kind: "stored", order: [0, 1, 1], train: 2 })).toThrow(
    "Expected a split of all 3 rows with some on either side, but got 2 of them, 2 training; store the split for these samples or take a seeded one.",
  )
  expect(() => proxyADistance(source, target, 3, { kind: "stored", order: [0, 1, 2], train: 2 })).toThrow(
    "Expected rows of both classes for a logistic regression, but got 2 of class 1 among 2; use a larger training part.",
  )
})
