import { openEngine } from "@saddlepoint/engine"
import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Answer } from "../contracts/method.ts"
import { randomSource } from "../play/draw.ts"
import { answersTo, imagesOf } from "./playSplit.ts"
import { lookAgain } from "./secondLook.ts"
import { numbered } from "./testing/numbered.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js" })
})
afterAll(() => engine.dispose())

const split = numbered(100, { image: (index) => index / 100, label: (index) => index % 2 })

/** Asks twice, as judging does. */
async function asked(answer: Answer): Promise<void> {
  const before = tf.memory().numTensors
  try {
    const play = { engine, split, batch: 32, random: randomSource(1, "evaluate"), shown: imagesOf }
    await lookAgain(play, answer, await answersTo(play, answer))
  } finally {
    expect(tf.memory().numTensors).toBe(before)
  }
}

/** Logits of two classes from a number for each image. */
const logits = (numbers: tf.Tensor) => {
  const column = tf.reshape(numbers, [-1, 1])
  return tf.concat([column, tf.neg(column)], 1)
}

test("an answer that depends on the image alone is the same again", () =>
  asked(({ image }) => logits(image!)))

test("rounding is no other answer", async () => {
  let calls = 0
  await asked(({ image }) => logits(tf.mul(image!, 1 + 1e-6 * calls++)))
})

describe("an answer is refused that depends on", () => {
  test("how often it was asked, which would be the order of the labels", async () => {
    let count = 0
    const counting: Answer = ({ image }) => {
      const labels = Array.from({ length: image!.shape[0]! }, () => (count++ % 2 === 0 ? 5 : -5))
      return logits(tf.tensor1d(labels))
    }
    await expect(asked(counting)).rejects.toThrow(
      /^Expected a strategy to answer an image alike whenever it is asked, but of 100 test images that were shown again in another order \d+ got another answer; let it/,
    )
  })

  test("what stands beside it in the batch", async () => {
    await expect(asked(({ image }) => logits(tf.sub(image!, tf.mean(image!))))).rejects.toThrow(
      /another answer/,
    )
  })

  test("noise", async () => {
    const noisy: Answer = ({ image }, { draw, count }) =>
      logits(tf.add(image!, draw("noise", [count, 1, 1, 1], { kind: "uniform" })))
    await expect(asked(noisy)).rejects.toThrow(/another answer/)
  })

  test("values that are no numbers", async () => {
    let calls = 0
    await expect(asked(({ image }) => logits(tf.mul(image!, calls++ > 3 ? Number.NaN : 1)))).rejects.toThrow(
      /another answer/,
    )
  })
})
