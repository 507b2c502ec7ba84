import { expect, test } from "vitest"
import * as tf from "../../tf.ts"
import { agreement } from "../testing/agreement.ts"
import { expectAgreement, specialNumbers } from "../testing/expectAgreement.ts"

test("isFinite, isInf and isNaN", async () => {
  await expectAgreement(() => {
    const x = tf.tensor1d([...specialNumbers])
    return [tf.isFinite(x), tf.isInf(x), tf.isNaN(x), tf.isFinite(tf.tensor1d([true, false], "bool"))]
  })
})

test("comparisons of flags, and exclusive or", async () => {
  await expectAgreement(() => {
    const p = tf.tensor2d([1, 1, 0, 0], [2, 2], "bool")
    const q = tf.tensor1d([1, 0], "bool")
    return [
      tf.equal(p, q),
      tf.notEqual(p, q),
      tf.greater(p, q),
      tf.greaterEqual(p, q),
      tf.less(p, q),
      tf.lessEqual(p, q),
      tf.logicalXor(p, tf.tensor2d([1, 0, 1, 0], [2, 2], "bool")),
      tf.mul(p, q),
    ]
  })
})

test("where chooses numbers of every dtype, of mixed dtypes, and broadcasts all three", async () => {
  await expectAgreement((random) => {
    const x = random(2, 3)
    const choice = x.greater(0)
    const integers = tf.tensor([1, 2, 3, 4, 5, 6], [2, 3], "int32")
    const flags = tf.tensor2d([1, 0, 1, 0, 1, 1], [2, 3], "bool")
    return [
      tf.where(choice, x, integers.cast("float32")),
      tf.where(choice, integers, tf.scalar(-1, "int32")),
      tf.where(choice, flags, tf.logicalNot(flags)),
      tf.where(choice, integers, x),
      tf.where(tf.tensor1d([1, 0, 1], "bool"), x, tf.scalar(NaN)),
      tf.where(tf.transpose(random(3, 2)).less(0), x, random(2, 1)),
    ]
  })
})

test("a condition that is a vector over rows is computed by the CPU code", async () => {
  const found = await agreement((random) => {
    const condition = tf.tensor1d([1, 0], "bool")
    return tf.engine().runKernel("Select", { condition, t: random(2, 3), e: random(2, 3) }) as tf.Tensor
  })
  expect(found.fallbacks).toEqual({ Select: 1 })
  expect(found.difference).toBe(0)
})

test("all and any are extrema of flags in any layout", async () => {
  await expectAgreement((random) => {
    const flags = tf.transpose(random(3, 4, 5).greater(1), [2, 0, 1])
    return [0, [1, 2], undefined].flatMap((axis) => [tf.all(flags, axis), tf.any(flags, axis, true)])
  })
})
