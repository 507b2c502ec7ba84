import fc from "fast-check"
import { expect, test } from "vitest"
import * as tf from "../../tf.ts"
import { agreement } from "../testing/agreement.ts"
import { expectAgreement } from "../testing/expectAgreement.ts"

const permuted = (x: tf.Tensor) => tf.transpose(tf.transpose(x, [0, 3, 1, 2]).mul(1.5), [0, 2, 3, 1])
const variants = [
  [false, false],
  [true, false],
  [false, true],
] as const
const sizes = [
  [6, 8],
  [7, 11],
  [2, 3],
  [3, 4],
  [1, 1],
  [12, 1],
] as const

test("images of any size are resized to any size, in every variant", async () => {
  await expectAgreement((random) => {
    const x = permuted(random(2, 3, 4, 2)) as tf.Tensor4D
    const integers = tf.tensor4d([1, -2, 3, 4, 5, 7], [1, 2, 3, 1], "int32")
    return variants.flatMap(([corners, half]) =>
      sizes.flatMap((size) => [
        tf.image.resizeNearestNeighbor(x, [...size], corners, half),
        tf.image.resizeBilinear(x, [...size], corners, half),
        tf.image.resizeNearestNeighbor(integers, [...size], corners, half),
        tf.image.resizeBilinear(integers, [...size], corners, half),
      ]),
    )
  })
})

interface Images {
  readonly images: tf.Tensor
  readonly dy: tf.Tensor
}

const gradient = (kernel: string, inputs: Images, alignCorners: boolean) =>
  tf.engine().runKernel(kernel, { ...inputs }, { alignCorners }) as tf.Tensor

test("gradients of resizes, of one image", async () => {
  await expectAgreement((random) => {
    const images = random(1, 3, 3, 2)
    return [false, true].flatMap((corners) =>
      [...sizes, [5, 5]].flatMap(([height, width]) => {
        const dy = permuted(random(1, height!, width!, 2))
        return [
          gradient("ResizeNearestNeighborGrad", { images, dy }, corners),
          gradient("ResizeBilinearGrad", { images, dy }, corners),
        ]
      }),
    )
  })
})

test("the gradient of a nearest resize keeps NaN and infinity where they belong", async () => {
  await expectAgreement(() => {
    const images = tf.zeros([1, 2, 2, 1])
    const numbers = [1, NaN, 3, 4, Infinity, 6, 7, 8, 9]
    return [
      gradient("ResizeNearestNeighborGrad", { images, dy: tf.tensor4d(numbers, [1, 3, 3, 1]) }, false),
      gradient(
        "ResizeNearestNeighborGrad",
        { images, dy: tf.tensor4d(numbers.slice(1), [1, 4, 2, 1]) },
        true,
      ),
    ]
  })
})

test("law: the gradient is the adjoint of the resize, for every image of a batch", async () => {
  const side = fc.integer({ min: 1, max: 7 })
  await fc.assert(
    fc.asyncProperty(side, side, side, side, fc.boolean(), async (height, width, tall, wide, corners) => {
      await agreement((random) => random(1))
      for (const nearest of [true, false]) {
        const gap = tf.tidy(() => {
          const x = tf.randomNormal([2, height, width, 3], 0, 1, "float32", 1) as tf.Tensor4D
          const dy = tf.randomNormal([2, tall, wide, 3], 0, 1, "float32", 2)
          const resize = nearest ? tf.image.resizeNearestNeighbor : tf.image.resizeBilinear
          const kernel = nearest ? "ResizeNearestNeighborGrad" : "ResizeBilinearGrad"
          const there = tf.sum(tf.mul(resize(x, [tall, wide], corners), dy))
          const back = tf.sum(tf.mul(x, gradient(kernel, { images: x, dy }, corners)))
          return there.sub(back).abs().dataSync()[0]!
        })
        expect(gap).toBeLessThan(2e-4)
      }
    }),
    { numRuns: 20 },
  )
})
