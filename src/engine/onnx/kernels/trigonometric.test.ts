import { test } from "vitest"
import * as tf from "../../tf.ts"
import { expectAgreement, pairsOf, specialNumbers } from "../testing/expectAgreement.ts"

const inside = [0, -0, 1e-40, 1e-10, -1e-5, 0.01, 0.5, -0.7, 0.99, -0.999, 1, -1]
const functions = {
  acos: tf.acos,
  acosh: tf.acosh,
  asin: tf.asin,
  asinh: tf.asinh,
  atan: tf.atan,
  atanh: tf.atanh,
  cosh: tf.cosh,
  sinh: tf.sinh,
}

test.each(Object.entries(functions))("%s of special numbers, and outside of its domain", async (_, f) => {
  await expectAgreement((random) => [
    f(tf.tensor1d([...specialNumbers, ...inside])),
    f(tf.transpose(random(3, 5, 2), [2, 0, 1])),
  ])
})

test("tan, on moderate angles", async () => {
  await expectAgreement((random) => tf.tan(random(40)), 2e-5)
})

test("expm1 keeps its digits near zero and its limits far away", async () => {
  // Multiplied up, so that the relative error near zero is what is compared.
  await expectAgreement(() => {
    const near = tf.tensor1d([1e-7, -1e-7, 3e-5, -2e-4, 0.001, -0.01])
    return [tf.expm1(tf.tensor1d([...specialNumbers, 29, 31, -29, -31, 88, 89])), tf.expm1(near).div(near)]
  })
})

test("selu", async () => {
  await expectAgreement(() => tf.selu(tf.tensor1d([...specialNumbers])))
})

test("atan2 in every quadrant, on the axes, with signed zeros, infinities and NaN", async () => {
  await expectAgreement((random) => {
    const [y, x] = pairsOf(specialNumbers, specialNumbers)
    return [
      tf.atan2(tf.tensor1d(y), tf.tensor1d(x)),
      tf.atan2(random(3, 4), random(4)),
      tf.atan2(random(3, 1), 0.5),
    ]
  })
})
