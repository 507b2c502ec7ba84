import type { Split } from "@saddlepoint/core/contracts/dataset"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { accuracyExam, usualBar } from "./accuracyExam.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

/** Images of one pixel; three in four are of class 0, and the pixel of image i is i. */
const examples = (size: number, asked: number[] = []): Split => ({
  size,
  fields: {
    image: { shape: [1, 1, 1], dtype: "float32", range: [0, size] },
    label: { shape: [], dtype: "int32", range: [0, 2] },
  },
  async read(indices) {
    asked.push(...indices)
    return {
      image: Float32Array.from(indices),
      label: Int32Array.from(indices, (index) => Number(index % 4 === 3)),
    }
  },
})

const exam = (split: Split, logits: (image: tf.Tensor) => tf.Tensor, atLeast?: number) =>
  accuracyExam({
    of: "kinds",
    classes: 2,
    examples: split,
    image: "image",
    label: "label",
    logits: ({ image }) => logits(image!),
    atLeast,
    held: { images: split.size, split: "test" },
  })

test("who always names the commonest class scores chance, and who knows scores 1", async () => {
  const before = tf.memory().numTensors
  const commonest = await exam(examples(40), (image) => tf.tile(tf.tensor([[1, 0]]), [image.shape[0]!, 1]))
  expect(commonest).toEqual({
    score: "accuracy of kinds",
    value: 0.75,
    chance: 0.75,
    atLeast: 0.78125,
    images: 40,
    split: "test",
  })
  const knows = await exam(
    examples(40),
    (image) => {
      const odd = tf.equal(tf.mod(tf.reshape(image, [-1]), 4), 3)
      return tf.oneHot(tf.cast(odd, "int32"), 2)
    },
    0.9,
  )
  expect([knows.value, knows.atLeast]).toEqual([1, 0.9])
  expect(tf.memory().numTensors).toBe(before)
})

test("of more than 2,048 examples so many are asked, evenly spread", async () => {
  const asked: number[] = []
  await exam(examples(4096, asked), (image) => tf.zeros([image.shape[0]!, 2]))
  expect(asked).toEqual(Array.from({ length: 2048 }, (_, at) => 2 * at))
})

test("the usual bar is an eighth of the way from chance to 1", () => {
  expect([usualBar(0.5), usualBar(0.25)]).toEqual([0.5625, 0.34375])
})
