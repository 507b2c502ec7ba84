import { expect, test } from "vitest"
import * as tf from "../../tf.ts"
import { agreement } from "../testing/agreement.ts"
import { expectAgreement } from "../testing/expectAgreement.ts"

const computed = (values: readonly number[], shape: number[]) =>
  tf.cast(tf.mul(tf.tensor([...values], shape), 1), "int32")
const ids = (...values: number[]) => computed(values, [values.length]) as tf.Tensor1D

test("scatterND adds up what falls on one place, slices and numbers, of both number dtypes", async () => {
  await expectAgreement((random) => [
    tf.scatterND(tf.tensor2d([4, 1, 4], [3, 1], "int32"), random(3), [6]),
    tf.scatterND(computed([2, 0, 2], [3, 1]), random(3, 2, 5), [4, 2, 5]),
    tf.scatterND(computed([2, 0, 1, 1], [2, 2]), random(2, 5), [3, 2, 5]),
    tf.scatterND(computed([2, 0, 1, 1], [2, 2]), tf.tensor1d([7, -8], "int32"), [3, 2]),
    tf.scatterND(computed([1, 1], [2, 1]), tf.tensor1d([NaN, 2]), [3]),
  ])
})

test("tensorScatterUpdate leaves its input alone, and the last of several updates stays", async () => {
  await expectAgreement((random) => {
    const x = random(4, 3).mul(1)
    const flags = random(4).greater(0)
    return [
      tf.tensorScatterUpdate(x.add(0), computed([2, 0, 2], [3, 1]), random(3, 3)),
      tf.tensorScatterUpdate(x.add(1), computed([3, 2, 0, 0], [2, 2]), random(2)),
      tf.tensorScatterUpdate(flags, computed([1, 3], [2, 1]), tf.tensor1d([1, 0], "bool")),
    ]
  }, 0)
})

test("sparseToDense fills up with its default", async () => {
  await expectAgreement(
    () => [
      tf.sparseToDense(tf.tensor1d([1, 4], "int32"), tf.tensor1d([5, 6]), [6], tf.scalar(-1)),
      tf.sparseToDense(computed([1, 0, 0, 2], [2, 2]), tf.scalar(7, "int32"), [2, 3], tf.scalar(2, "int32")),
    ],
    0,
  )
})

test("segment sums drop ids out of range and let NaN spoil the column, as the CPU code does", async () => {
  await expectAgreement((random) => {
    const known = tf.tensor1d([2, 0, -1, 2, 9], "int32")
    return [
      tf.unsortedSegmentSum(random(5, 3, 2), known, 4),
      tf.unsortedSegmentSum(tf.transpose(random(3, 5)).mul(1), ids(0, 1, 1, 0, 1), 2),
      tf.unsortedSegmentSum(random(5), known, 3),
      tf.unsortedSegmentSum(tf.tensor2d([1, NaN, 3, Infinity, 5, 6], [3, 2]), ids(0, 1, 1), 2),
    ]
  })
})

test("segment sums of one operation hold for inputs of other lengths", async () => {
  await expectAgreement((random) => [
    tf.unsortedSegmentSum(random(3, 2), ids(0, 1, 1), 2),
    tf.unsortedSegmentSum(random(4, 2), ids(0, 1, 1, 0), 2),
  ])
})

test("the gradient of gather is recorded whole", async () => {
  await expectAgreement((random) => {
    const x = random(5, 3)
    const indices = tf.tensor1d([4, 0, 0], "int32")
    const weights = random(3, 3)
    return tf.grad((table: tf.Tensor) => tf.sum(tf.mul(tf.gather(table, indices), weights)))(x)
  })
})

test("a place out of range is an error, known or computed", async () => {
  await agreement((random) => random(1))
  for (const index of [-1, 3]) {
    const known = () => tf.scatterND(tf.tensor2d([index], [1, 1], "int32"), tf.tensor1d([1]), [3])
    expect(() => tf.tidy(() => known().dataSync())).toThrow(/does not index/)
    const late = () => tf.scatterND(computed([index], [1, 1]), tf.tensor1d([1]), [3]).dataSync()
    expect(() => tf.tidy(late)).toThrow(/out of data bounds/)
  }
})
