import fc from "fast-check"
import { expect, test } from "vitest"
import * as tf from "../../tf.ts"
import { agreement } from "../testing/agreement.ts"
import { expectAgreement, pairsOf, specialIntegers, specialNumbers } from "../testing/expectAgreement.ts"

const integers = (values: readonly number[]) => tf.tensor1d([...values], "int32")
const pairs = (): [tf.Tensor, tf.Tensor] => {
  const [a, b] = pairsOf(specialIntegers, specialIntegers)
  return [integers(a), integers(b)]
}
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor
const realDiv: Binary = (a, b) => tf.engine().runKernel("RealDiv", { a, b }) as tf.Tensor

const binaries: Record<string, Binary> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  floorDiv: tf.floorDiv,
  realDiv,
  mod: tf.mod,
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
  bitwiseAnd: (a, b) => tf.engine().runKernel("BitwiseAnd", { a, b }) as tf.Tensor,
  greater: tf.greater,
  notEqual: tf.notEqual,
}

test.each(Object.entries(binaries))(
  "%s of int32 wraps, truncates and divides by zero as JavaScript does",
  async (_, f) => {
    await expectAgreement(() => f(...pairs()), 0)
  },
)

test.each(Object.entries(binaries))("%s of int32 broadcasts", async (_, f) => {
  await expectAgreement(() => {
    const a = tf.reshape(integers([5, -3, 8, 0, 7, 2]), [2, 3])
    return [f(a, integers([2, -4, 3])), f(tf.transpose(a), integers([3, 5])), f(a, tf.scalar(3, "int32"))]
  }, 0)
})

test("powers of int32 that fit are exact, and a negative exponent truncates to 0", async () => {
  await expectAgreement(() => {
    const [a, b] = pairsOf([-7, -2, -1, 0, 1, 2, 3, 5, 10], [-3, -1, 0, 1, 2, 5, 9, 31, 64])
    return tf.pow(integers(a), integers(b))
  }, 0)
})

test("unary kernels of int32", async () => {
  await expectAgreement(() => {
    const x = integers(specialIntegers.slice(0, -2))
    return [
      // The CPU kernel takes absolute values by way of float32, which rounds the largest integer.
      tf.abs(integers([0, -3, 7, 123456789, -987654321])),
      tf.neg(x),
      tf.sign(x),
      // The CPU kernel keeps squares of integers as float32, beyond 32 bits too.
      tf.square(integers([0, -3, 7, 46340, -46340])),
      tf.relu(x),
      tf.relu6(x),
      tf.round(x),
      tf.step(x),
      tf.step(x, -2.5),
      tf.isNaN(x),
      tf.isInf(x),
      tf.isFinite(x),
      tf.exp(integers([-3, 0, 1, 5])),
      ...[
        [-2, 5],
        [-0.5, 2.5],
        [1.5, Infinity],
        [-Infinity, -1.5],
      ].map(([low, high]) => tf.clipByValue(x, low!, high!)),
    ]
  })
})

test("sums, extrema, means and products of int32 and of flags", async () => {
  await expectAgreement(() => {
    const x = tf.reshape(integers([3, -1, 2 ** 31 - 1, 5, 7, -9, 2 ** 31 - 1, 0, 4, 6, -2, 11]), [2, 3, 2])
    const flags = tf.tensor2d([1, 0, 1, 1, 1, 1], [2, 3], "bool")
    const small = tf.reshape(integers([1, 2, 3, -4, 5, 6]), [2, 3])
    return [0, 1, [0, 1], undefined, []].flatMap((axis) => [
      tf.sum(x, axis),
      tf.max(x, axis),
      tf.min(x, axis, true),
      tf.mean(small, axis),
      tf.prod(small, axis),
      tf.sum(flags, axis, true),
      tf.prod(flags, axis),
      tf.mean(flags, axis),
      tf.max(flags, axis),
      tf.all(flags, axis),
      tf.any(tf.logicalNot(flags), axis, true),
    ])
  })
})

test("sums of a repeated integer wrap too", async () => {
  await expectAgreement(() => tf.sum(tf.fill([3, 5], 2 ** 30, "int32"), 0), 0)
})

test("a cast to int32 truncates, wraps, and gives 0 for what is no number", async () => {
  await expectAgreement(() => {
    const large = [
      2 ** 31,
      -(2 ** 31),
      2 ** 32 + 512,
      3e9,
      -3e9,
      2 ** 40 + 2 ** 20,
      2 ** 62,
      2 ** 63,
      2 ** 64,
      1.5e19,
    ]
    const x = tf.tensor1d([...specialNumbers, ...large])
    const flags = tf.tensor1d([true, false], "bool")
    return [
      tf.cast(x, "int32"),
      tf.cast(x, "bool"),
      tf.cast(flags, "int32"),
      tf.cast(tf.fill([2], -1.7), "int32"),
    ]
  }, 0)
})

test("floorDiv and mod of float32 round in double precision first", async () => {
  await expectAgreement(() => {
    const [a, b] = pairsOf(specialNumbers, specialNumbers)
    const [p, q] = [tf.tensor1d(a), tf.tensor1d(b)]
    return [tf.floorDiv(p, q), tf.mod(p, q)]
  })
})

test("law: the remainder and the quotient of int32 make up the dividend", async () => {
  const bounded = fc.integer({ min: -1e6, max: 1e6 })
  const divisor = bounded.filter((value) => value !== 0)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(bounded, divisor), { minLength: 1, maxLength: 20 }), async (rows) => {
      const found = await agreement(() => {
        const [a, b] = [integers(rows.map(([x]) => x)), integers(rows.map(([, y]) => y))]
        return tf.add(tf.mul(tf.floorDiv(a, b), b), tf.mod(a, b)).sub(a)
      })
      expect(found.fallbacks).toEqual({})
      expect(found.difference).toBe(0)
    }),
    { numRuns: 10 },
  )
})
