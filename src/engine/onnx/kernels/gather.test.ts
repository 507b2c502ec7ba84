import fc from "fast-check"
import { expect, test } from "vitest"
import { openEngine } from "../../open.ts"
import * as tf from "../../tf.ts"
import { agreement } from "../testing/agreement.ts"
import { expectAgreement } from "../testing/expectAgreement.ts"

const permuted = (x: tf.Tensor) => tf.transpose(tf.transpose(x, [0, 3, 1, 2]).mul(1.5), [0, 2, 3, 1])
/** Indices that are computed rather than known. */
const computed = (values: readonly number[], shape: number[]) =>
  tf.cast(tf.mul(tf.tensor([...values], shape), 1), "int32")

test("gather along every axis, of every layout, with indices of any rank", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5))
    return [0, 1, 2, 3].flatMap((axis) => [
      tf.gather(x, tf.tensor1d([1, 0, 1], "int32"), axis),
      tf.gather(x, computed([1, 0, 0, 1], [2, 2]), axis).mul(2),
      tf.gather(x, tf.scalar(1, "int32"), axis),
    ])
  }, 0)
})

test("gather of integers and flags, and of a broadcast", async () => {
  await expectAgreement(
    (random) => [
      tf.gather(tf.tensor1d([3, 5, 7], "int32"), computed([2, 0], [2])),
      tf.gather(random(3).greater(0), computed([2, 2], [2])),
      tf.gather(tf.fill([3, 2], 4), computed([2, 0], [2])),
      tf.gather(tf.tile(random(1, 3), [4, 1]), computed([3, 1], [2])),
    ],
    0,
  )
})

test("gather in batches takes each batch's own rows", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5))
    const two = tf.tensor2d([1, 0, 2, 2, 1, 0], [2, 3], "int32")
    return [
      tf.gather(x, two, 1, 1),
      tf.gather(x, computed([1, 3, 0, 2], [2, 2]), 2, 1),
      tf.gather(x, tf.tensor3d([0, 3, 1, 2, 2, 0], [2, 3, 1], "int32"), 2, 2),
      tf.gather(x, computed([4, 0, 2, 1], [2, 2]), 3, 1),
      tf.gather(x, computed([1, 1, 0, 0], [2, 2]), 0, 0),
    ]
  }, 0)
})

test("gatherND takes slices and numbers, and counts through rows as the CPU code does", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5))
    return [
      tf.gatherND(x, tf.tensor2d([1, 2, 0, 0, 1, 1], [2, 3], "int32")),
      tf.gatherND(x, computed([1, 0], [2, 1])),
      tf.gatherND(x, computed([0, 2, 3, 4, 1, 0, 0, 0], [2, 4])),
      tf.gatherND(x, tf.tensor3d([0, 1, 1, 2, 1, 0, 0, 0], [2, 2, 2], "int32")),
      tf.gatherND(random(3, 4), tf.tensor2d([0, 5], [1, 2], "int32")),
    ]
  }, 0)
})

test("an index out of range is an error, known or computed, and never a number", async () => {
  await agreement((random) => random(1))
  const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2])
  const outside = [-1, 3, -3, 2 ** 30]
  for (const index of outside) {
    expect(() => tf.gather(x, tf.tensor1d([0, index], "int32"))).toThrow(/is not in \[0, 2\]/)
    expect(() => tf.tidy(() => tf.gather(x, computed([0, index], [2])).dataSync())).toThrow(
      /out of data bounds/,
    )
    const batches = () => tf.gather(x, computed([0, 1, 0, 0, index, 0], [3, 2]), 1, 1).dataSync()
    expect(() => tf.tidy(batches)).toThrow(/out of data bounds/)
    expect(() => tf.tidy(() => tf.gatherND(x, tf.tensor2d([index], [1, 1], "int32")).dataSync())).toThrow(
      /does not index/,
    )
    expect(() => tf.tidy(() => tf.gatherND(x, computed([index], [1, 1])).dataSync())).toThrow(
      /out of data bounds/,
    )
  }
  x.dispose()
})

test("a replayed step gathers by what it is fed, and stops at an index out of range", async () => {
  const engine = await openEngine({ device: "onnx" })
  const table = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2])
  const silent = { random: () => new Float32Array(0), schedule: () => 0 }
  const compiled = engine.compile(({ rows }) => ({ taken: tf.gather(table, rows!) }), silent)
  const play = (rows: number[], step: number) => {
    const fed = tf.tensor1d(rows, "int32")
    try {
      const { taken } = compiled.play({ rows: fed }, step)
      const numbers = Array.from(taken!.dataSync())
      taken!.dispose()
      return numbers
    } finally {
      fed.dispose()
    }
  }
  for (let step = 0; step < 6; step++) {
    const [first, second] = [step % 3, (step + 2) % 3]
    const row = (index: number) => [2 * index + 1, 2 * index + 2]
    expect(play([first, second], step)).toEqual([...row(first), ...row(second)])
  }
  for (const index of [-1, 3]) expect(() => play([0, index], 6)).toThrow(/out of data bounds/)
  expect(play([2, 0], 7)).toEqual([5, 6, 1, 2])
  table.dispose()
})

test("oneHot with other numbers and dtypes, of computed indices, and of none", async () => {
  await expectAgreement(() => {
    const indices = computed([0, 3, -1, 2, 9, 1], [2, 3])
    return [
      tf.oneHot(indices, 4),
      tf.oneHot(indices, 4, 2.5, -1, "float32"),
      tf.oneHot(indices, 4, 7, -2, "int32"),
      tf.oneHot(indices, 2, 1, 0, "bool"),
    ]
  }, 0)
})

test("law: gathering by a permutation and by its inverse gives everything back", async () => {
  const permutation = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(permutation, async (order) => {
      const back = order.map((_, i) => order.indexOf(i))
      const found = await agreement((random) => {
        const x = random(5, 3)
        return tf.gather(tf.gather(x, computed(order, [5])), computed(back, [5])).sub(x)
      })
      expect(found).toMatchObject({ difference: 0, fallbacks: {} })
    }),
    { numRuns: 10 },
  )
})
