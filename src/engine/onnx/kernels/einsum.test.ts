import { test } from "vitest"
import * as tf from "../../tf.ts"
import { expectAgreement } from "../testing/expectAgreement.ts"

test("einsum of one and of two tensors", async () => {
  await expectAgreement((random) => {
    const m = tf.transpose(random(4, 3).mul(2))
    return [
      tf.einsum("ij,jk->ik", m, random(4, 5)),
      tf.einsum("bij,bjk->bik", random(2, 3, 4), random(2, 4, 5)),
      tf.einsum("bhwc,bhwd->bcd", random(2, 3, 4, 2), random(2, 3, 4, 3)),
      tf.einsum("ij->ji", m),
      tf.einsum("ij -> i", m),
      tf.einsum("ij->", m),
      tf.einsum("i,j->ij", random(3), random(4)),
      tf.einsum("i,i->", random(3), random(3)),
    ]
  }, 1e-5)
})
