import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, describe, expect, test } from "vitest"
import { lossLaws } from "./lossLaws.ts"
import { adversarial } from "./testing/bugs/adversarial.ts"
import { anyLoss } from "./testing/bugs/anyLoss.ts"
import type { Bugs } from "./testing/bugs/bug.ts"
import { classification } from "./testing/bugs/classification.ts"
import { critic } from "./testing/bugs/critic.ts"
import { domains } from "./testing/bugs/domains.ts"
import { features } from "./testing/bugs/features.ts"
import { reconstruction } from "./testing/bugs/reconstruction.ts"
import { regulariser } from "./testing/bugs/regulariser.ts"
import { failuresOf } from "./testing/reportsOf.ts"
import { made, slopes, soundLosses, squared } from "./testing/soundLosses.ts"

beforeAll(async () => {
  // Its gradients are right to second order, which those of penalties are.
  await openEngine({ device: "js" })
})

const bugs: Readonly<Record<string, Bugs>> = {
  "any loss": anyLoss,
  "a reconstruction": reconstruction,
  "a loss on features": features,
  "an adversarial loss": adversarial,
  "a gradient penalty": critic,
  "a classification loss": classification,
  "a distance between domains": domains,
  "a regulariser": regulariser,
}

for (const [what, planted] of Object.entries(bugs)) {
  describe(`${what} with`, () => {
    test.each(Object.keys(planted))("%s breaks one law, with a shrunk counterexample", async (bug) => {
      const { broken, law, counterexample } = planted[bug]!
      const before = tf.memory().numTensors
      const failures = await failuresOf(broken, { runs: 40, seed: 3 })
      expect(failures.map((report) => report.law)).toEqual([law])
      const [report] = failures
      expect(report!.got).toMatch(/^(?!an error)./)
      expect(report!.expected).toBeTruthy()
      expect(report!.runs).toBeGreaterThan(0)
      if (counterexample !== undefined) expect(report!.counterexample).toEqual(counterexample)
      expect(tf.memory().numTensors).toBe(before)
    })
  })
}

test("a root that has no slope at 0 is found by a critic whose gradient is 0 everywhere", async () => {
  const steep = made("critic", "broken", {
    opponent: ({ real, score }) => tf.square(tf.sub(tf.sqrt(squared(slopes(score, real))), 1)),
    laws: { constantSlope: (norm) => (norm - 1) ** 2 },
  })
  const failures = await failuresOf(steep, {})
  expect(failures.map(({ law }) => law)).toEqual(["finite", "gradient"])
  expect(failures[0]!.counterexample).toMatchObject({ weights: [0] })
})

test("every law is the only one that finds some bug", () => {
  const found = new Set(
    Object.values(bugs).flatMap((planted) => Object.values(planted).map(({ law }) => law)),
  )
  expect(lossLaws.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([])
})

test.each(Object.entries(soundLosses))("%s, which is sound, keeps every law of its role", async (_, loss) => {
  const before = tf.memory().numTensors
  expect(await failuresOf(loss, { runs: 60 })).toEqual([])
  expect(tf.memory().numTensors).toBe(before)
})
