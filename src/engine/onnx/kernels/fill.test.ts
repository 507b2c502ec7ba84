import { test } from "vitest"
import * as tf from "../../tf.ts"
import { expectAgreement } from "../testing/expectAgreement.ts"

test("range and linspace add up as the CPU code does", async () => {
  await expectAgreement(
    () => [
      tf.range(0, 7),
      tf.range(1, 10, 3, "int32"),
      tf.range(5, 0),
      tf.range(5, -1, -2, "int32"),
      tf.range(0, 1, 0.1).mul(2),
      tf.linspace(0, 1, 11),
      tf.linspace(3, -2, 4),
      tf.linspace(2, 9, 1),
      tf.concat([tf.range(0, 3), tf.linspace(0, 1, 3)]),
    ],
    0,
  )
})

test("a diagonal stands among zeros, whatever is on it", async () => {
  await expectAgreement(
    (random) => [
      tf.diag(tf.tensor1d([1, NaN, Infinity])),
      tf.diag(random(2, 3).transpose()),
      tf.diag(tf.tensor1d([4, -5], "int32")),
      tf.diag(random(2)),
    ],
    0,
  )
})
