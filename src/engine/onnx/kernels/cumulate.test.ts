import { expect, test } from "vitest"
import * as tf from "../../tf.ts"
import { agreement } from "../testing/agreement.ts"
import { expectAgreement } from "../testing/expectAgreement.ts"

const permuted = (x: tf.Tensor) => tf.transpose(tf.transpose(x, [0, 3, 1, 2]).mul(1.5), [0, 2, 3, 1])

const directions = [false, true].flatMap((exclusive) =>
  [false, true].map((reverse) => [exclusive, reverse] as const),
)

test("running sums and products along every axis, from either end", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5))
    return directions.flatMap(([exclusive, reverse]) =>
      [0, 1, 3].flatMap((axis) => [
        tf.cumsum(x, axis, exclusive, reverse),
        tf.cumprod(x, axis, exclusive, reverse).mul(2),
      ]),
    )
  })
})

test("running totals of integers wrap, those of flags count, and special numbers spread", async () => {
  await expectAgreement((random) => {
    const integers = tf.tensor2d([2 ** 30, 2 ** 30, 2 ** 30, -7, 3, 5, 1, 0], [2, 4], "int32")
    const special = tf.tensor2d([1, Infinity, 0, 2, 3, NaN, 4, -Infinity], [2, 4])
    const flags = random(2, 5).greater(0)
    return directions.flatMap(([exclusive, reverse]) => [
      tf.cumsum(integers, 1, exclusive, reverse),
      tf.cumprod(integers, 1, exclusive, reverse),
      tf.cumsum(special, 1, exclusive, reverse),
      tf.cumprod(special, 1, exclusive, reverse),
      tf.cumsum(flags, 1, exclusive, reverse),
      tf.cumprod(flags, 1, exclusive, reverse),
    ])
  }, 0)
})

test("a running product of many steps is left to the CPU code", async () => {
  const found = await agreement((random) => tf.cumprod(random(129)))
  expect(found).toMatchObject({ difference: 0, fallbacks: { Cumprod: 1 } })
})
