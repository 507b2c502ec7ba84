import { test } from "vitest"
import * as tf from "../../tf.ts"
import { expectAgreement } from "../testing/expectAgreement.ts"

const permuted = (x: tf.Tensor) => tf.transpose(tf.transpose(x, [0, 3, 1, 2]).mul(1.5), [0, 2, 3, 1])

test("depthToSpace of images held in either order", async () => {
  await expectAgreement(
    (random) => [
      tf.depthToSpace(permuted(random(2, 3, 5, 12)) as tf.Tensor4D, 2),
      tf.depthToSpace(random(2, 3, 5, 12) as tf.Tensor4D, 2),
      tf.depthToSpace(random(1, 2, 1, 18) as tf.Tensor4D, 3).mul(2),
    ],
    0,
  )
})

test("spaceToBatchND and batchToSpaceND with borders, cuts, and axes left alone", async () => {
  await expectAgreement(
    (random) => [
      tf.spaceToBatchND(
        permuted(random(2, 3, 4, 5)),
        [2, 3],
        [
          [1, 0],
          [0, 2],
        ],
      ),
      tf.spaceToBatchND(random(2, 4, 3), [2], [[0, 0]]),
      tf.batchToSpaceND(
        permuted(random(8, 3, 4, 5)),
        [2, 2],
        [
          [1, 0],
          [0, 2],
        ],
      ),
      tf.batchToSpaceND(random(6, 3, 2), [3], [[0, 1]]),
      tf.batchToSpaceND(
        tf.spaceToBatchND(
          random(2, 4, 6, 3),
          [2, 2],
          [
            [0, 0],
            [1, 1],
          ],
        ),
        [2, 2],
        [
          [0, 0],
          [1, 1],
        ],
      ),
    ],
    0,
  )
})
