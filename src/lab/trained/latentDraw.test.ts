import type { Answer } from "@saddlepoint/core/contracts/method"
import { randomSource } from "@saddlepoint/core/play/draw"
import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { givenLatents, latentDraw } from "./latentDraw.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js" })
})
afterAll(() => engine.dispose())

const random = randomSource(0, "sample")
const drawing =
  (...names: readonly string[]): Answer =>
  (_batch, { count, draw }) =>
    tf.addN([
      draw("style", [1, 5], { kind: "normal" })
        .sum()
        .mul(tf.ones([count, 1])),
      draw("dropout", [count, 3], { kind: "uniform" }).sum(1, true),
      ...names.map((name) => draw(name, [count, name.length], { kind: "normal" }).sum(1, true)),
    ])
const found = (...names: readonly string[]) =>
  latentDraw({ answer: drawing(...names), engine, random }, () => ({}))

test("the latent vector is the only normal draw with a row for each sample, or the one of that name", () => {
  const before = tf.memory().numTensors
  expect(found("code")).toEqual({ name: "code", size: 4 })
  expect(found("noise", "latent")).toEqual({ name: "latent", size: 6 })
  expect(tf.memory().numTensors).toBe(before)
})

test.each([
  [[], "in one draw or in one called latent, but it makes none; draw its samples by seed."],
  [["noise", "code"], "but it makes noise and code; draw its samples by seed."],
])("where it is not clear what the latent vector is, that is a sentence (%j)", (names, sentence) => {
  expect(() => found(...names)).toThrow(sentence)
})

test("given vectors stand in the place of theirs alone, those of a later batch behind the first ones", () => {
  const latents = Array.from({ length: 34 }, (_, index) => [index, -index])
  const given = givenLatents(latents, { name: "latent", size: 2 }, random)
  const draw = (name: string, count: number, batch: number) =>
    given(name, [count, 2], { kind: "normal" }, batch)
  expect([...draw("latent", 3, 0)]).toEqual([0, -0, 1, -1, 2, -2])
  expect([...draw("latent", 2, 1)]).toEqual([32, -32, 33, -33])
  expect(draw("noise", 2, 1)).toEqual(random("noise", [2, 2], { kind: "normal" }, 1))
})
