import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import type { Values } from "../contracts/player.ts"
import { adversarial, objectives } from "./adversarial.ts"
import { asLearner } from "./asLearner.ts"
import { termsOf } from "./compose.ts"
import { loss } from "./define.ts"
import { builtLoss } from "./testing/builtLoss.ts"
import { fakeScene } from "./testing/fakeScene.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

/** A relativistic learner: fake ones are to be above real ones. */
const relativistic = loss("adversarial", {
  name: "relativistic",
  version: 1,
  learner: ({ real, fake }) => tf.mean(tf.softplus(tf.sub(real.scores!, fake.scores!)), -1),
  laws: { values: [] },
})

/** How often real examples were judged while a learner's losses were computed. */
function judged(losses: Parameters<typeof termsOf>[0]): {
  readonly times: number
  readonly values: number[]
} {
  let times = 0
  const scores = (value: number): Values => ({ scores: tf.tensor2d([[value]]) })
  const values = tf.tidy(() => {
    const seen = asLearner(scores(1), () => {
      times++
      return scores(3)
    })
    const terms = termsOf(losses, { adversarial: seen }, fakeScene(), { side: "learner" })
    return terms.map(({ value }) => value.dataSync()[0]!)
  })
  return { times, values }
}

test("real examples are not judged for a learner whose losses look at generated ones alone", () => {
  for (const objective of Object.keys(objectives) as (keyof typeof objectives)[]) {
    expect(judged([builtLoss(adversarial(objective))]).times).toBe(0)
  }
})

test("they are judged once where losses look at them, however many do", () => {
  const losses = [builtLoss(relativistic()), builtLoss(adversarial("hinge")), builtLoss(relativistic())]
  const { times, values } = judged(losses)
  expect(times).toBe(1)
  // sp(3 - 1) = ln(1 + e^2)
  expect(values).toEqual([expect.closeTo(2.126928, 5), -1, expect.closeTo(2.126928, 5)])
})
