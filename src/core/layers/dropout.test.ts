import { duringStep } from "@saddlepoint/engine/ambient"
import type { StepContext } from "@saddlepoint/engine/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { Dropout } from "./dropout.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

function dropout(rate: number, atEvaluate = true): Dropout {
  return new Dropout({ name: "up1/dropout", rate, atEvaluate, seed: 7, player: { name: "generator" } })
}

/** A step of a trial with this seed; `names` collects what it draws. */
function trialStep(seed: number, step: number, names: string[] = []): StepContext {
  return {
    step,
    random(name, shape, distribution) {
      names.push(name)
      if (distribution.kind !== "bernoulli")
        throw new Error(`expected a bernoulli draw, but got ${distribution.kind}`)
      const values = new Float32Array(tf.util.sizeFromShape([...shape]))
      return tf.tensor(stream(seed, name, step).fillBernoulli(values, distribution.rate), [...shape])
    },
    schedule: () => tf.scalar(0),
  }
}

function played(layer: Dropout, context: StepContext, training = true, application = 0): number[] {
  const x = tf.ones([1000])
  return duringStep(context, () =>
    Array.from((layer.call(x, { training, application }) as tf.Tensor).dataSync()),
  )
}

test("it zeroes the stated share of values and scales the others up", () => {
  const values = played(dropout(0.2), trialStep(1, 0))
  expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / (1 - 0.2))]))
  // 1000 draws at 0.2: standard deviation 12.6, five of them.
  expect(Math.abs(values.filter((value) => value === 0).length - 200)).toBeLessThan(63)
})

test("masks differ from step to step and between applications, and are the same again", () => {
  const first = played(dropout(0.5), trialStep(1, 0))
  expect(played(dropout(0.5), trialStep(1, 0))).toEqual(first)
  expect(played(dropout(0.5), trialStep(1, 1))).not.toEqual(first)
  expect(played(dropout(0.5), trialStep(2, 0))).not.toEqual(first)
  expect(played(dropout(0.5), trialStep(1, 0), true, 1)).not.toEqual(first)
})

test("the step's random tensor is named after the player and the layer", () => {
  const names: string[] = []
  played(dropout(0.5), trialStep(1, 0, names))
  played(dropout(0.5), trialStep(1, 0, names), true, 2)
  expect(names).toEqual(["dropout/generator/up1/dropout", "dropout/generator/up1/dropout#2"])
})

test("at evaluation it is on or off as declared", () => {
  expect(played(dropout(0.5, false), trialStep(1, 0), false)).toEqual(new Array(1000).fill(1))
  expect(played(dropout(0.5, true), trialStep(1, 0), false)).toContain(0)
  expect(played(dropout(0), trialStep(1, 0))).toEqual(new Array(1000).fill(1))
})

test("whole channels are dropped alike in all positions of an image, and otherwise in another", () => {
  const config = { name: "conv/dropout", rate: 0.5, atEvaluate: true, wholeChannels: true } as const
  const layer = new Dropout({ ...config, seed: 7, player: { name: "features" } })
  const y = duringStep(trialStep(1, 0), () => layer.call(tf.ones([2, 3, 3, 20]), { training: true }))
  const [one, other] = tf.unstack(tf.reshape(y as tf.Tensor, [2, 9, 20])) as [tf.Tensor, tf.Tensor]
  for (const image of [one, other]) {
    const positions = (image.arraySync() as number[][]).map(String)
    expect(new Set(positions).size).toBe(1)
    expect(new Set(image.dataSync())).toEqual(new Set([0, 2]))
  }
  expect(one.dataSync()).not.toEqual(other.dataSync())
})

test("outside a step, evaluation gives an example of a batch the same mask whatever the batch size", () => {
  const one = (dropout(0.5).call(tf.ones([1, 20]), {}) as tf.Tensor).dataSync()
  const two = (dropout(0.5).call(tf.ones([2, 20]), {}) as tf.Tensor).dataSync()
  expect(two.slice(0, 20)).toEqual(one)
  expect(two.slice(20)).not.toEqual(one)
})

test("training outside a step is refused", () => {
  expect(() => dropout(0.5).call(tf.ones([1]), { training: true })).toThrow(
    "Expected a step that gives the dropout mask of generator/up1/dropout, but the player was applied in mode " +
      '"train" outside a step. Apply it inside the body of a compiled step, or in mode "evaluate".',
  )
})
