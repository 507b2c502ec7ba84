import fc from "fast-check"
import { expect, test } from "vitest"
import * as tf from "../../tf.ts"
import { agreement } from "../testing/agreement.ts"
import { expectAgreement } from "../testing/expectAgreement.ts"

const permuted = (x: tf.Tensor) => tf.transpose(tf.transpose(x, [0, 3, 1, 2]).mul(1.5), [0, 2, 3, 1])

test("borders are constant, mirrored without and with the edge, in every layout", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5))
    const borders = [
      [0, 1],
      [2, 1],
      [1, 3],
      [0, 2],
    ] as [number, number][]
    return [
      tf.pad(x, borders),
      tf.pad(x, borders, -Infinity),
      tf.mirrorPad(x, borders, "reflect"),
      tf.mirrorPad(x, borders, "symmetric"),
      tf.mirrorPad(random(3), [[3, 3]], "symmetric"),
      tf.mirrorPad(random(3), [[2, 2]], "reflect"),
    ]
  }, 0)
})

test("integers and flags", async () => {
  await expectAgreement((random) => {
    const flags = random(3).greater(0)
    const integers = tf.tensor1d([3, 4, 5], "int32")
    return [
      tf.pad(flags, [[1, 2]]),
      tf.pad(flags, [[1, 2]], 1),
      tf.pad(integers, [[1, 2]], -7),
      tf.mirrorPad(flags, [[1, 2]], "reflect"),
      tf.mirrorPad(integers, [[1, 2]], "symmetric"),
      tf.mirrorPad(integers, [[1, 2]], "reflect"),
    ]
  }, 0)
})

test("law: cutting the borders off gives the image back", async () => {
  const border = fc.integer({ min: 0, max: 3 })
  const mode = fc.constantFrom("reflect" as const, "symmetric" as const)
  await fc.assert(
    fc.asyncProperty(border, border, border, border, mode, async (top, bottom, left, right, how) => {
      const found = await agreement((random) => {
        const x = permuted(random(1, 4, 5, 2))
        const borders = [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ] as [number, number][]
        return tf.slice(tf.mirrorPad(x, borders, how), [0, top, left, 0], [1, 4, 5, 2]).sub(x)
      })
      expect(found).toMatchObject({ difference: 0, fallbacks: {} })
    }),
    { numRuns: 15 },
  )
})
