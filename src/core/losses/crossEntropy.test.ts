import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import type { Side } from "../contracts/loss.ts"
import { crossEntropy } from "./crossEntropy.ts"
import { builtLoss, noWorld } from "./testing/builtLoss.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const { sides } = builtLoss(crossEntropy())

const valuesOf = (logits: readonly number[][], labels: readonly number[], side: Side = "learner") =>
  tf.tidy(() => {
    const seen = { logits: tf.tensor2d([...logits]), labels: tf.tensor1d([...labels], "int32") }
    return Array.from(sides[side]!(seen, noWorld).dataSync())
  })

test("it is minus the logarithm of the right class's share, one value for each example, whoever learns", () => {
  const logits = [
    [0, 0],
    [Math.log(3), 0],
    [Math.log(3), 0],
  ]
  // Shares 1/2, 3/4 and 1/4.
  const expected = [Math.LN2, Math.log(4 / 3), Math.log(4)].map((value) => expect.closeTo(value, 6))
  expect(valuesOf(logits, [1, 0, 1])).toEqual(expected)
  expect(valuesOf(logits, [1, 0, 1], "opponent")).toEqual(expected)
})

test("a number added to all logits of an example changes nothing, however large they are", () => {
  const logit = fc.double({ min: -5, max: 5, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(logit, { minLength: 3, maxLength: 3 }),
      fc.nat(2),
      fc.constantFrom(-100, 50, 1000),
      (row, label, by) => {
        const moved = row.map((value) => value + by)
        expect(valuesOf([moved], [label])[0]).toBeCloseTo(valuesOf([row], [label])[0]!, 3)
      },
    ),
    { numRuns: 30 },
  )
})

test("its gradient is the share minus one for the right class, and the share for others", () => {
  const slopes = tf.tidy(() => {
    const labels = tf.tensor1d([0], "int32")
    const of = (logits: tf.Tensor) => tf.sum(sides.learner!({ logits, labels }, noWorld))
    return Array.from(
      tf
        .grad(of)(tf.tensor2d([[Math.log(2), 0, 0]]))
        .dataSync(),
    )
  })
  // Shares 1/2, 1/4, 1/4.
  expect(slopes).toEqual([-0.5, 0.25, 0.25].map((value) => expect.closeTo(value, 6)))
})
