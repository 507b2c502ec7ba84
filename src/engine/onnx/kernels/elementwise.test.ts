import { describe, expect, test } from "vitest"
import * as tf from "../../tf.ts"
import { agreement, type Make } from "../testing/agreement.ts"

const numbers = [0, -0, 1, -1, 1e-40, -1e-40, 1e-6, 0.5, -0.5, 1.5, 2.5, 3, -7, 20, -20, 90, -90, 1e30, -1e30]
/** Long enough for vector lanes and for the remainder behind them. */
const special = [...numbers, Infinity, -Infinity, NaN, ...numbers, NaN, 5]

async function expectAgreement(make: Make, tolerance = 2e-6): Promise<void> {
  const found = await agreement(make)
  expect(found.actual).toBe(found.expected)
  expect(found.difference).toBeLessThanOrEqual(tolerance)
  expect(found.fallbacks).toEqual({})
}

const operations = new Map(Object.entries(tf))

/** An operation of TensorFlow.js by its name. */
function unary(name: string): (x: tf.Tensor) => tf.Tensor {
  return operations.get(name) as (x: tf.Tensor) => tf.Tensor
}

function binary(name: string): (a: tf.Tensor, b: tf.Tensor) => tf.Tensor {
  return operations.get(name) as (a: tf.Tensor, b: tf.Tensor) => tf.Tensor
}

describe("a recorded unary kernel agrees with the CPU backend on NaN, infinities, zeros and denormals:", () => {
  const names = [
    "abs",
    "ceil",
    "elu",
    "erf",
    "exp",
    "floor",
    "isNaN",
    "log",
    "log1p",
    "neg",
    "reciprocal",
    "relu",
    "relu6",
    "round",
    "rsqrt",
    "sigmoid",
    "sign",
    "softplus",
    "sqrt",
    "square",
    "step",
    "tanh",
  ] as const
  test.each(names)("%s", async (name) => {
    await expectAgreement(() => unary(name)(tf.tensor1d(special)))
    await expectAgreement((random) => unary(name)(random(3, 5, 2)))
  })

  test("sin and cos, on moderate angles", async () => {
    await expectAgreement((random) => [tf.sin(random(40)), tf.cos(random(40))])
  })

  test("leakyRelu, clipByValue, step with any alpha", async () => {
    await expectAgreement(() => {
      const x = tf.tensor1d(special)
      return [
        tf.leakyRelu(x, 0.2),
        tf.clipByValue(x, -0.5, 0.7),
        ...[0.2, -1, 2].map((alpha) => tf.step(x, alpha)),
      ]
    })
  })

  test("casts that lose nothing, and the one to bool", async () => {
    await expectAgreement(() => {
      const integers = tf.tensor1d([0, 1, -3, 7], "int32")
      const flags = tf.tensor1d([true, false, true], "bool")
      return [
        tf.cast(integers, "float32"),
        tf.cast(integers, "bool"),
        tf.cast(flags, "float32"),
        tf.cast(flags, "int32"),
        tf.cast(tf.tensor1d([0, 2, NaN, -0]), "bool"),
      ]
    })
  })
})

describe("a recorded binary kernel agrees with the CPU backend:", () => {
  const arithmetic = ["add", "sub", "mul", "div", "maximum", "minimum", "squaredDifference", "prelu"] as const
  const comparisons = ["greater", "greaterEqual", "less", "lessEqual", "equal", "notEqual"] as const
  const pairs = (): [tf.Tensor, tf.Tensor] => {
    const a = special.flatMap((x) => special.map(() => x))
    const b = special.flatMap(() => special)
    return [tf.tensor1d(a), tf.tensor1d(b)]
  }

  test.each([...arithmetic, ...comparisons])("%s on special numbers", async (name) => {
    await expectAgreement(() => binary(name)(...pairs()))
  })

  test.each([...arithmetic, ...comparisons])("%s with broadcasting", async (name) => {
    await expectAgreement((random) => {
      const apply = binary(name)
      const pairs = [
        [random(2, 3, 4, 5), random(5)],
        [random(2, 3, 4, 5), random(2, 1, 1, 5)],
        [random(3, 1), random(3, 4)],
        [random(2, 3), tf.scalar(0.5)],
        [tf.transpose(random(2, 3, 4), [2, 0, 1]), random(4, 2, 3)],
      ] as const
      const symmetric = name === "prelu" ? [] : pairs.map(([a, b]) => apply(b, a))
      return [...pairs.map(([a, b]) => apply(a, b)), ...symmetric]
    })
  })

  test("pow", async () => {
    await expectAgreement((random) => {
      const x = random(20)
      return [tf.pow(tf.abs(x), random(20)), tf.pow(x, 2), tf.pow(x, 3), tf.pow(tf.abs(x), 0.5)]
    }, 1e-5)
  })

  test("integers and flags", async () => {
    await expectAgreement(() => {
      const a = tf.tensor1d([1, 2, 3], "int32")
      const b = tf.tensor1d([3, 2, 1], "int32")
      const p = tf.tensor1d([true, false, true], "bool")
      const q = tf.tensor1d([true, true, false], "bool")
      return [
        tf.add(a, b),
        tf.sub(a, b),
        tf.greater(a, b),
        tf.equal(a, b),
        p.logicalAnd(q),
        p.logicalOr(q),
        p.logicalNot(),
      ]
    })
  })

  test("where and addN", async () => {
    await expectAgreement((random) => {
      const x = random(3, 4)
      return [tf.where(x.greater(0), x, x.mul(2)), tf.addN([x, random(3, 4), random(3, 4)])]
    })
  })
})

test("a kernel that is not recorded falls back, is counted, and is right", async () => {
  const found = await agreement((random) => tf.topk(tf.relu(random(4, 5)), 2, false).values)
  expect(found.fallbacks).toEqual({ TopK: 1 })
  expect(found.difference).toBeLessThan(1e-6)
})

test("tensors without elements fall back and keep their shape", async () => {
  const found = await agreement(() => [
    tf.add(tf.zeros([0, 3]), tf.zeros([1, 3])),
    tf.relu(tf.zeros([2, 0])),
    tf.sum(tf.zeros([0, 3]), 0),
    tf.slice(tf.ones([3]), [1], [0]),
  ])
  expect(found.actual).toBe(found.expected)
  expect(found.difference).toBe(0)
})
