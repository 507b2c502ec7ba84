import { expect, test } from "vitest"
import * as tf from "../../tf.ts"
import { agreement, type Make } from "../testing/agreement.ts"

async function expectAgreement(make: Make, tolerance = 2e-6): Promise<void> {
  const found = await agreement(make)
  expect(found.actual).toBe(found.expected)
  expect(found.difference).toBeLessThanOrEqual(tolerance)
  expect(found.fallbacks).toEqual({})
}

/** A tensor that the backend keeps in another order than its logical one. */
const permuted = (x: tf.Tensor) => tf.transpose(tf.transpose(x, [0, 3, 1, 2]).mul(1.5), [0, 2, 3, 1])

test("transpose, reshape, expandDims and squeeze move no number to a wrong place", async () => {
  await expectAgreement((random) => {
    const x = random(2, 3, 4, 5)
    const t = tf.transpose(x, [3, 1, 0, 2])
    return [
      t,
      tf.transpose(t, [1, 3, 2, 0]),
      tf.reshape(t, [6, 20]),
      tf.reshape(t, [5, 1, 3, 2, 1, 4]),
      tf.expandDims(t, 1).add(tf.scalar(1)),
      tf.squeeze(tf.reshape(t, [1, 5, 3, 1, 8])),
      tf.reshape(tf.reshape(t.mul(2), [5, 3, 1, 2, 4]), [15, 8]),
      tf.reshape(random(1), []),
      tf.reshape(random(1, 1), [1, 1, 1]),
    ]
  })
})

test("operands in different orders meet", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5))
    const y = random(2, 3, 4, 5)
    return [
      x.add(y),
      y.sub(x),
      x.mul(random(5)),
      x.mul(random(3, 1, 1)),
      x.greater(y),
      tf.where(x.greater(0), x, y),
    ]
  })
})

test("concat, stack, unstack and split", async () => {
  await expectAgreement((random) => {
    const a = random(2, 3, 4, 2)
    const b = permuted(random(2, 3, 4, 5))
    return [
      tf.concat([a, b], 3),
      tf.concat([a, b, a], -1),
      tf.concat([tf.zeros([2, 3, 4, 1]), b], 3),
      tf.stack([a, a.mul(2)], 1),
      tf.stack([a.mul(2), a], -1),
      ...tf.unstack(b, 2),
      ...tf.split(b, [2, 3], 3),
      ...tf.split(a, 2, 0),
    ]
  })
})

test("slice, reverse, tile, pad and mirrorPad", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5))
    return [
      tf.slice(x, [0, 1, 0, 2], [2, -1, 3, 1]),
      tf.slice(x, [0, 0, 0, 0], [2, 3, 4, 5]),
      tf.reverse(x, [1, 3]),
      tf.tile(x, [1, 2, 1, 3]),
      tf.tile(random(1, 3), [4, 1]).mul(2),
      tf.pad(
        x,
        [
          [0, 0],
          [1, 2],
          [0, 3],
          [1, 0],
        ],
        0.5,
      ),
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [2, 1],
          [1, 3],
          [0, 0],
        ],
        "reflect",
      ),
    ]
  })
})

test("fill, zerosLike and onesLike stand for full tensors everywhere", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5))
    const ones = tf.onesLike(x)
    return [
      ones,
      tf.zerosLike(x).add(x),
      x.mul(ones),
      x.div(tf.fill([2, 3, 4, 5], 2)),
      tf.sum(ones, [1, 2]),
      tf.mean(tf.fill([3, 4], 2.5)),
      tf.sum(tf.tile(random(1, 3), [4, 1])),
      tf.max(tf.tile(random(1, 3), [4, 1]), 0),
      tf.matMul(tf.fill([2, 3], 0.5), random(3, 4)),
      tf.reshape(tf.fill([2, 6], 3), [4, 3]).add(1),
      tf.transpose(tf.tile(random(1, 3), [4, 1])).relu(),
      tf.fill([], 4).mul(ones),
      tf.broadcastTo(random(3, 1), [2, 3, 4]),
      tf.prod(tf.tile(random(1, 3), [2, 1]), 0),
    ]
  })
})

test("reductions over any axes of any order", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5))
    return [undefined, 0, -1, [1, 2], [0, 1, 2], [3, 1]].flatMap((axis) =>
      [false, true].flatMap((keep) => [
        tf.sum(x, axis, keep),
        tf.mean(x, axis, keep),
        tf.max(x, axis, keep),
        tf.min(x, axis, keep),
        tf.prod(x, axis, keep).div(100),
      ]),
    )
  }, 1e-5)
})

test("an extremum keeps NaN and infinities", async () => {
  await expectAgreement(() => {
    const x = tf.tensor2d([1, NaN, 3, 4, -Infinity, 2, 7, 8, NaN, NaN, NaN, NaN], [3, 4])
    return [tf.max(x, 1), tf.min(x, 1), tf.max(x), tf.max(x, 0), tf.min(x, 0)]
  })
})

test("softmax, logSoftmax, logSumExp, argMax and oneHot", async () => {
  await expectAgreement((random) => {
    const x = random(4, 6)
    const indices = tf.tensor1d([0, 3, -1, 7, 5], "int32")
    return [
      tf.softmax(x),
      tf.softmax(permuted(random(2, 3, 4, 5))),
      tf.logSoftmax(x),
      tf.logSumExp(x, 1),
      tf.argMax(x, 1),
      tf.argMin(permuted(random(2, 3, 4, 5)), 1),
      tf.argMax(tf.tensor2d([1, 3, 3, 2, 2, 2], [2, 3]), 1),
      tf.oneHot(indices, 6).cast("float32"),
    ]
  })
})

test("gather takes rows whose indices are known and in range", async () => {
  await expectAgreement((random) => [
    tf.gather(random(5, 3), tf.tensor1d([4, 0, 0], "int32")),
    tf.gather(permuted(random(2, 3, 4, 5)), tf.tensor2d([1, 2, 0, 3], [2, 2], "int32"), 2),
  ])
})

test("matMul with every transposition, and with batches", async () => {
  await expectAgreement((random) => {
    const pairs = [false, true].flatMap((ta) => [false, true].map((tb) => [ta, tb] as const))
    const products = pairs.flatMap(([ta, tb]) => [
      tf.matMul(random(...(ta ? [3, 2] : [2, 3])), random(...(tb ? [4, 3] : [3, 4])), ta, tb),
      tf.matMul(random(2, ...(ta ? [3, 2] : [2, 3])), random(2, ...(tb ? [4, 3] : [3, 4])), ta, tb),
      tf.matMul(tf.transpose(random(3, 2)), tf.transpose(random(4, 3)), false, false),
    ])
    return [...products, tf.matMul(random(1, 2, 3), random(4, 3, 2)), tf.dot(random(3), random(3))]
  })
})

test("fused matMul with bias and activation", async () => {
  await expectAgreement((random) => {
    const [a, b, bias] = [random(3, 4) as tf.Tensor2D, random(4, 2) as tf.Tensor2D, random(2)]
    const activations = ["linear", "relu", "sigmoid", "elu", "leakyrelu"] as const
    return activations.map((activation) => tf.fused.matMul({ a, b, bias, activation, leakyreluAlpha: 0.3 }))
  })
})

test("batchNorm", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5)) as tf.Tensor4D
    const variance = tf.abs(random(5)) as tf.Tensor1D
    const [mean, offset, scale] = [random(5), random(5), random(5)] as tf.Tensor1D[]
    return [
      tf.batchNorm(x, mean!, variance, offset, scale, 1e-3),
      tf.batchNorm(x, mean!, variance, undefined, scale, 1e-3),
      tf.batchNorm(x, mean!, variance, offset, undefined, 1e-3),
    ]
  }, 1e-5)
})

test("integers and flags pass through every structural kernel", async () => {
  for (const dtype of ["int32", "bool"] as const) {
    const found = await agreement(() => {
      const x = tf.tensor3d([1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 1], [2, 2, 3], dtype)
      const t = tf.transpose(x, [2, 0, 1])
      const made = [
        t,
        tf.reshape(t, [12]),
        tf.concat([x, x], 1),
        tf.slice(t, [1, 0, 1], [2, 2, 1]),
        tf.reverse(x, 2),
        tf.tile(x, [1, 2, 1]),
        tf.broadcastTo(tf.slice(x, 0, 1), [4, 2, 3]),
        tf.stack([x, x]),
        ...tf.unstack(t),
        tf.gather(x, tf.tensor1d([2, 0], "int32"), 2),
        tf.zerosLike(x),
        tf.onesLike(t),
        tf.fill([2], 1, dtype),
        tf.equal(x, x),
        tf.where(tf.cast(x, "bool"), tf.cast(t, "int32").reshape([2, 2, 3]), tf.cast(x, "int32")),
      ]
      if (dtype === "bool") return [...made, tf.logicalNot(t), tf.logicalAnd(x, x)]
      return [
        ...made,
        tf.pad(x, [
          [1, 0],
          [0, 0],
          [0, 2],
        ]),
        tf.sum(x),
        tf.sum(t, 1),
        tf.sub(x, x),
        tf.less(x, tf.scalar(1, "int32")),
      ]
    })
    expect(found.actual).toBe(found.expected)
    expect(found.difference).toBe(0)
  }
})
