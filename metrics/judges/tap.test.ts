import type { Player } from "@saddlepoint/core/contracts/player"
import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type JudgingPlayer, sharedRows, tap, tapOf } from "./tap.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine()
})
afterAll(() => engine.dispose())

/** A tap of the mean of every channel, and how often it was asked. */
function counted() {
  let passes = 0
  const means = tap("channel means", (images) => {
    passes++
    return tf.mean(images, [1, 2])
  })
  return { means, passes: () => passes }
}

const images = (...values: readonly number[]) => tf.tensor([...values], [values.length / 2, 1, 1, 2])

test("a tap gives an image's numbers as a row, and leaves no tensor behind", async () => {
  const { means } = counted()
  const batch = images(1, 2, 3, 4, 5, 6)
  const before = tf.memory().numTensors
  expect(await means.rows(batch)).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6))
  expect(tf.memory().numTensors).toBe(before)
  expect(means).toMatchObject({ description: "channel means", quantisation: "none", resize: "none" })
  batch.dispose()
})

test("a tap whose pass fails leaves no tensor behind", async () => {
  const failing = tap("none", (batch) => {
    tf.mul(batch, 2)
    throw new Error("no such layer")
  })
  const batch = images(1, 2)
  const before = tf.memory().numTensors
  await expect(failing.rows(batch)).rejects.toThrow("no such layer")
  expect(tf.memory().numTensors).toBe(before)
  batch.dispose()
})

test("images pass once however many metrics ask, even at the same time", async () => {
  const { means, passes } = counted()
  const batch = images(1, 2, 3, 4)
  const [first, second] = await Promise.all([sharedRows(means, batch), sharedRows(means, batch)])
  expect(second).toBe(first)
  expect(await sharedRows(means, batch)).toBe(first)
  expect(passes()).toBe(1)
  batch.dispose()
})

test("other images, and another tap, are a pass of their own", async () => {
  const [one, other] = [counted(), counted()]
  const [first, second] = [images(1, 2), images(1, 2)]
  await sharedRows(one.means, first)
  await sharedRows(one.means, second)
  await sharedRows(other.means, first)
  expect([one.passes(), other.passes()]).toEqual([2, 1])
  tf.dispose([first, second])
})

const player = (taps?: JudgingPlayer["taps"]): Player =>
  ({ variables: {}, state: {}, apply: () => ({}), dispose() {}, ...(taps && { taps }) }) as Player

test("a judge's tap is found by its name, and one that it lacks is named in one sentence", () => {
  const { means } = counted()
  expect(tapOf(player({ features: means }), "features", "fid")).toBe(means)
  expect(() => tapOf(player({ features: means, other: means }), "logits", "inceptionScore")).toThrow(
    "Expected a judge that gives logits for inceptionScore, but it gives features, other; choose another judge.",
  )
  expect(() => tapOf(player(), "features", "fid")).toThrow(
    "Expected a judge that gives features for fid, but it gives none; choose another judge.",
  )
})
