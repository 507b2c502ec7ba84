import { expect, test } from "vitest"
import * as tf from "../../tf.ts"
import { agreement } from "../testing/agreement.ts"
import { expectAgreement } from "../testing/expectAgreement.ts"

const permuted = (x: tf.Tensor) => tf.transpose(tf.transpose(x, [0, 3, 1, 2]).mul(1.5), [0, 2, 3, 1])

test("argMax and argMin of ties, infinities and NaN in any place", async () => {
  await expectAgreement(() => {
    const rows = [
      [1, NaN, 3, 2],
      [NaN, 5, 1, 9],
      [NaN, NaN, NaN, NaN],
      [-Infinity, NaN, -Infinity, NaN],
      [Infinity, NaN, Infinity, 0],
      [2, 2, NaN, 2],
      [NaN, Infinity, -Infinity, 1],
      [-Infinity, NaN, -Infinity, -5],
    ]
    const x = tf.tensor2d(rows)
    return [tf.argMax(x, 1), tf.argMin(x, 1), tf.argMax(tf.transpose(x)), tf.argMin(tf.transpose(x).mul(1))]
  }, 0)
})

test("argMax and argMin of every dtype along every axis", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5))
    const integers = tf.tensor2d([3, -1, 3, 7, 2, -5], [2, 3], "int32")
    return [0, 1, 2, -1]
      .flatMap((axis) => [tf.argMax(x, axis), tf.argMin(x.greater(0), axis)])
      .concat([tf.argMax(integers, 1), tf.argMin(integers, 0)])
  }, 0)
})

test("topk gives the largest first, and of equal ones the first", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5))
    const ties = tf.tensor2d([3, 1, 3, 2, 3, -Infinity, 5, 5, 1, 5], [2, 5])
    const integers = tf.tensor1d([3, -1, 9, 9, 2], "int32")
    return [x, ties, integers].flatMap((tensor) =>
      [1, 3, 5].flatMap((k) => {
        const { values, indices } = tf.topk(tensor, k)
        return [values, indices]
      }),
    )
  }, 0)
})

test("an unsorted topk is left to the CPU code", async () => {
  const found = await agreement((random) => tf.topk(random(7), 3, false).values)
  expect(found).toMatchObject({ difference: 0, fallbacks: { TopK: 1 } })
})
