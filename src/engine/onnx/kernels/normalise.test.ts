import { expect, test } from "vitest"
import * as tf from "../../tf.ts"
import { agreement } from "../testing/agreement.ts"
import { expectAgreement } from "../testing/expectAgreement.ts"

const permuted = (x: tf.Tensor) => tf.transpose(tf.transpose(x, [0, 3, 1, 2]).mul(1.5), [0, 2, 3, 1])

test("batchNorm with statistics per channel, per pixel, and per number", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5)) as tf.Tensor4D
    return [
      [1, 1, 1, 5],
      [1, 1, 4, 5],
      [1, 3, 4, 5],
      [2, 3, 4, 5],
    ].flatMap((shape) => {
      const some = () => random(...shape) as tf.Tensor4D
      const variance = tf.abs(some())
      return [
        tf.batchNorm(x, some(), variance, some(), some(), 1e-3),
        tf.batchNorm(x, some(), variance, undefined, some()),
        tf.batchNorm(x, some(), variance, some()),
      ]
    })
  }, 1e-5)
})

test("statistics that the CPU code does not broadcast are left to it", async () => {
  const found = await agreement((random) => {
    const x = random(2, 3, 4, 5) as tf.Tensor4D
    const mean = random(2, 1, 1, 1) as tf.Tensor4D
    return tf.batchNorm(x, mean, tf.abs(mean))
  })
  expect(found).toMatchObject({ difference: 0, fallbacks: { FusedBatchNorm: 1 } })
})

test("softmax and logSoftmax of infinities, NaN, and large numbers", async () => {
  await expectAgreement((random) => {
    const rows = [
      [1, 2, 3],
      [1, NaN, 3],
      [1, -Infinity, 3],
      [Infinity, 1, 2],
      [-Infinity, -Infinity, -Infinity],
      [1e30, -1e30, 1e30],
      [90, -90, 0],
    ]
    return [
      tf.softmax(tf.tensor2d(rows)),
      tf.logSoftmax(tf.tensor2d(rows)),
      tf.logSoftmax(random(4, 7)),
      tf.softmax(permuted(random(2, 3, 4, 5))),
    ]
  })
})
