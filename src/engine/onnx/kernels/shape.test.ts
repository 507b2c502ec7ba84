import fc from "fast-check"
import { expect, test } from "vitest"
import * as tf from "../../tf.ts"
import { Graph } from "../graph/graph.ts"
import { NCHW } from "../graph/layouts.ts"
import { reshaped } from "../graph/reshape.ts"
import { agreement } from "../testing/agreement.ts"
import { expectAgreement } from "../testing/expectAgreement.ts"

const permuted = (x: tf.Tensor) => tf.transpose(tf.transpose(x, [0, 3, 1, 2]).mul(1.5), [0, 2, 3, 1])

test("stridedSlice with steps, backwards, with masks, new and dropped axes", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(3, 4, 5, 6))
    const y = random(7, 5)
    return [
      tf.stridedSlice(x, [0, 1, 0, 0], [3, 4, 5, 6], [2, 1, 3, 2]),
      tf.stridedSlice(x, [2, 3, 4, 5], [0, 0, 0, 1], [-1, -2, -3, -1]),
      tf.stridedSlice(x, [-1, -1, 0, 0], [-4, -6, 5, 6], [-1, -2, 1, 1]),
      tf.stridedSlice(y, [1, 0], [6, 5], [2, 1], 1, 2),
      tf.stridedSlice(y, [3, 0], [0, 5], [-1, 1], 1, 1),
      tf.stridedSlice(y, [2, 1], [3, 4], [1, 1], 0, 0, 0, 0, 1),
      tf.stridedSlice(y, [0, 1], [7, 3], [1, 1], 0, 0, 0, 1, 0),
      tf.stridedSlice(y, [1, 1], [4, 4], [1, 1]),
      tf.stridedSlice(y, [0, 0], [7, 5], [1, 1]),
      tf.stridedSlice(x, [0, 1], [1, 3], [1, 1], 1, 1, 1),
    ]
  }, 0)
})

test("split into equal parts, given sizes, and a size that follows from the others", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 6, 4, 5))
    return [
      ...tf.split(x, 3, 1),
      ...tf.split(x, [1, -1, 2], 1),
      ...tf.split(x, [2, 3], -1),
      ...tf.split(x, 1, 0),
    ]
  }, 0)
})

test("stack and unstack on any axis undo each other, for any dtype", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5))
    return [0, 1, 2, 3, -1].flatMap((axis) => [
      tf.stack(tf.unstack(x, axis), axis),
      tf.stack(tf.unstack(x.greater(0), axis), axis),
      tf.stack([x, x.mul(2)], axis).mul(3),
      tf.stack([x], axis),
    ])
  }, 0)
})

test("images are flipped, and any axes reversed", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 5)) as tf.Tensor4D
    return [tf.image.flipLeftRight(x), tf.reverse(x, [0, 2]), tf.reverse(x), tf.reverse(x.greater(0), -1)]
  }, 0)
})

test("tile of anything", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 1, 5))
    return [
      tf.tile(x, [2, 1, 3, 1]),
      tf.tile(x.greater(0), [1, 2, 1, 2]).logicalNot(),
      tf.tile(tf.fill([2, 3], 4), [2, 2]),
      tf.tile(tf.tensor1d([1, 2], "int32"), [3]),
      tf.broadcastTo(x, [4, 2, 3, 6, 5]),
      tf.tile(tf.tile(random(1, 2), [3, 1]), [2, 2]),
    ]
  }, 0)
})

test("law: no reshape of a tensor in any order moves a number to a wrong place, nor does the one back", async () => {
  const shapes = [
    [2, 12, 6],
    [24, 6],
    [2, 3, 4, 6],
    [2, 3, 2, 2, 3, 2],
    [6, 4, 1, 6],
    [2, 72],
    [144],
    [4, 36],
    [1, 2, 1, 12, 6, 1],
    [8, 3, 6],
    [2, 3, 24],
    [16, 9],
  ]
  const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(
      order,
      fc.constantFrom(...shapes),
      fc.constantFrom(...shapes),
      async (perm, shape, second) => {
        const found = await agreement((random) => {
          const held = [2, 3, 4, 6]
          const moved = tf.transpose(
            random(...perm.map((axis) => held[axis]!)).mul(2),
            [0, 1, 2, 3].map((i) => perm.indexOf(i)),
          )
          const once = tf.reshape(moved, shape)
          const twice = tf.reshape(once.add(1), second)
          return [once, twice, tf.reshape(twice, held), tf.sum(once, 0), tf.transpose(twice)]
        })
        expect(found.actual).toBe(found.expected)
        expect(found.difference).toBeLessThan(1e-5)
        expect(found.fallbacks).toEqual({})
      },
    ),
    { numRuns: 100 },
  )
})

test("pixels of an image held in NCHW become one axis, and channels become groups, without a transposition", () => {
  const graph = new Graph()
  const image = graph.input("float32", [2, 3, 4, 6], NCHW)
  const pixels = reshaped(graph, image, [2, 12, 6])
  expect(pixels.perm).toEqual([0, 2, 1])
  expect(reshaped(graph, pixels, [2, 3, 4, 6]).perm).toEqual(NCHW)
  const groups = reshaped(graph, image, [2, 3, 4, 3, 2])
  expect(groups.perm).toEqual([0, 3, 4, 1, 2])
  const dims = [2, 3, 2, 3, 4]
  const { nodes } = graph.model([{ name: groups.name, type: "float32", dims }])
  expect(nodes.map((node) => node.op)).toEqual(["Reshape"])
})
