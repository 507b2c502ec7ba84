import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { adversarial } from "../../losses/adversarial.ts"
import { adversarialLoss, reconstructionLoss } from "../../losses/define.ts"
import { l2 } from "../../losses/l2.ts"
import { bce } from "../../losses/objectives/bce.ts"
import { hinge } from "../../losses/objectives/hinge.ts"
import { withinExample } from "../../losses/objectives/objective.ts"
import { checkLaws } from "../checkLaws.ts"
import type { LawReport } from "../report.ts"
import type { LossTarget } from "../targets.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

/** Forward the same, backward nothing. */
const detached = (x: tf.Tensor) =>
  tf.customGrad((value) => ({
    value: (value as tf.Tensor).clone(),
    gradFunc: (dy) => tf.zerosLike(dy as tf.Tensor),
  }))(x)

const squares = { atTarget: 0, smoothAtTarget: true, constantDifference: (d: number) => d ** 2 }
const meanSquare = (d: tf.Tensor) => tf.mean(tf.square(d), [1, 2, 3])

const bugs: Record<string, { broken: LossTarget; law: string; counterexample: LawReport["counterexample"] }> =
  {
    "a generator with the wrong sign": {
      broken: adversarialLoss({
        name: "wrongSign",
        version: 1,
        discriminator: bce.discriminator,
        generator: (fake) => withinExample(tf.softplus(fake)),
        laws: bce.laws,
      }),
      law: "generatorSign",
      counterexample: { shape: [1, 1], real: [0], fake: [0], rise: [2] },
    },
    "a reconstruction with the wrong sign": {
      broken: reconstructionLoss({
        name: "wrongSign",
        version: 1,
        compute: (output, target) => tf.neg(meanSquare(tf.sub(output, target))),
        laws: { atTarget: 0, smoothAtTarget: true },
      }),
      law: "towardsTarget",
      counterexample: { shape: [1, 1, 1, 1], target: [0], difference: [-0.25], left: [0] },
    },
    "a sum over positions instead of their mean": {
      broken: reconstructionLoss({
        name: "summed",
        version: 1,
        compute: (output, target) => tf.sum(tf.square(tf.sub(output, target)), [1, 2, 3]),
        laws: squares,
      }),
      law: "meanOverPositions",
      counterexample: { shape: [1, 1, 1, 1], output: [0], target: [0.125], repeat: [2, 2, 2] },
    },
    "examples that are centred by the batch": {
      broken: reconstructionLoss({
        name: "coupled",
        version: 1,
        compute: (output, target) => {
          const difference = tf.sub(output, target)
          return meanSquare(tf.sub(difference, tf.mean(difference, 0, true)))
        },
        laws: squares,
      }),
      law: "independentExamples",
      counterexample: { shape: [2, 1, 1, 1], output: [0], target: [0, -0.125] },
    },
    "a discriminator with real and fake swapped": {
      broken: adversarialLoss({
        name: "swapped",
        version: 1,
        discriminator: (real, fake) => bce.discriminator(fake, real),
        generator: bce.generator,
        laws: bce.laws,
      }),
      law: "discriminatorSign",
      counterexample: { shape: [1, 1], real: [0], fake: [0], rise: [2] },
    },
    "a hinge with the wrong margin": {
      broken: adversarialLoss({
        name: "wideHinge",
        version: 1,
        discriminator: (real, fake) =>
          tf.add(withinExample(tf.relu(tf.sub(2, real))), withinExample(tf.relu(tf.add(fake, 2)))),
        generator: hinge.generator,
        laws: hinge.laws,
      }),
      law: "margin",
      counterexample: { shape: [1, 1], beyond: [0.125] },
    },
    "a gradient that does not reach the fake scores": {
      broken: adversarialLoss({
        name: "detached",
        version: 1,
        discriminator: (real, fake) => hinge.discriminator(real, detached(fake)),
        generator: hinge.generator,
        laws: hinge.laws,
      }),
      law: "gradient",
      counterexample: { shape: [1, 1], real: [0], fake: [0], direction: [1] },
    },
    "a gradient that does not reach the output": {
      broken: reconstructionLoss({
        name: "detached",
        version: 1,
        compute: (output, target) => meanSquare(tf.sub(detached(output), target)),
        laws: squares,
      }),
      law: "gradient",
      counterexample: { shape: [1, 1, 1, 1], output: [0], target: [-0.125], direction: [1] },
    },
  }

test.each(Object.keys(bugs))("%s breaks a named law, with a shrunk counterexample", async (bug) => {
  const { broken, law, counterexample } = bugs[bug]!
  const before = tf.memory().numTensors
  const { checked, failed } = await checkLaws([broken], { seed: 3 })
  const report = checked[0]!.laws.find((one) => one.law === law)!
  expect(report).toMatchObject({ status: "failed", seed: 3 })
  expect(report.counterexample).toEqual(counterexample)
  expect(report.expected).toBeTruthy()
  expect(report.got).toBeTruthy()
  expect(report.runs).toBeGreaterThan(0)
  expect(failed).toBeGreaterThan(0)
  expect(tf.memory().numTensors).toBe(before)
})

test("a mean over the batch is told by its shape", async () => {
  const scalar = reconstructionLoss({
    name: "scalar",
    version: 1,
    compute: (output, target) => tf.mean(tf.square(tf.sub(output, target))),
    laws: squares,
  })
  const [shape] = (await checkLaws([scalar])).checked[0]!.laws
  expect(shape).toMatchObject({
    law: "shape",
    status: "failed",
    expected: "the loss to be float32 of shape [1]",
    got: "float32 of shape []",
  })
})

test("a slope that is one percent too small is found", async () => {
  const shrunk = (x: tf.Tensor) =>
    tf.customGrad((value) => ({
      value: (value as tf.Tensor).clone(),
      gradFunc: (dy) => tf.mul(dy as tf.Tensor, 0.99),
    }))(x)
  const flat = reconstructionLoss({
    name: "flat",
    version: 1,
    compute: (output, target) => meanSquare(tf.sub(shrunk(output), target)),
    laws: squares,
  })
  const failures = (await checkLaws([flat])).checked[0]!.laws.filter(({ status }) => status === "failed")
  expect(failures.map(({ law }) => law)).toEqual(["gradient"])
})

test("a wrong declared value breaks the closed form, and a margin that is not declared is not checked", async () => {
  const misdeclared = adversarialLoss({
    name: "misdeclared",
    version: 1,
    discriminator: bce.discriminator,
    generator: bce.generator,
    laws: { values: [[0, 0, 1, 1]] },
  })
  const laws = (await checkLaws([misdeclared])).checked[0]!.laws
  expect(laws.find(({ law }) => law === "closedForm")).toMatchObject({
    status: "failed",
    expected: "the discriminator's loss at real scores of 0 and fake scores of 0 to be [1]",
    got: "[1.38629]",
  })
  expect(laws.find(({ law }) => law === "margin")).toEqual({
    law: "margin",
    status: "notApplicable",
    runs: 0,
    reason: "the loss declares no margin (laws.margin)",
  })
})

test("the same seed finds the same counterexample, and sound losses have none", async () => {
  const { broken } = bugs["a hinge with the wrong margin"]!
  expect(await checkLaws([broken], { seed: 5 })).toEqual(await checkLaws([broken], { seed: 5 }))
  expect((await checkLaws([l2(), adversarial("hinge")])).failed).toBe(0)
})
