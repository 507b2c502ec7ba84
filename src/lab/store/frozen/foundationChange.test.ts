import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { expect, test } from "vitest"
import { aPlan } from "../../testing/plan.ts"
import { foundationChanges } from "./foundationChange.ts"

const planOf = (about: JsonObject) => {
  const plan = aPlan({ l1: "baseline", gan: "challenger" }, [1, 2])
  return {
    ...plan,
    trials: plan.trials.map((trial) => ({ ...trial, preimage: { ...about, seed: trial.seed } })),
  }
}
const about = {
  spec: { use: "pix2pix", data: { use: "facades", size: 64 } },
  data: "a".repeat(64),
  plugins: { "loss/l1": 1 },
}

test("data with other content and plug-ins of another version are told once, however many arms use them", () => {
  const now = planOf({ ...about, data: "b".repeat(64), plugins: { "loss/l1": 2, "loss/l2": 1 } })
  expect(foundationChanges(planOf(about), now)).toEqual([
    { path: "data.facades", before: "a".repeat(12), after: "b".repeat(12) },
    { path: "plugins.loss/l1", before: 1, after: 2 },
  ])
})

test("another dataset is a change of the definition, not of what it rests on", () => {
  const data = { use: "facades", size: 32 }
  expect(
    foundationChanges(
      planOf(about),
      planOf({ ...about, spec: { use: "pix2pix", data }, data: "b".repeat(64) }),
    ),
  ).toEqual([])
})

test("of two folders with one spec either may change", () => {
  const photographs = (first: string, second: string) => {
    const plan = planOf({})
    const data = { use: "pairs", size: 64 }
    const digest = (arm: string) => (arm === "l1" ? first : second).repeat(64)
    return {
      ...plan,
      trials: plan.trials.map((trial) => ({
        ...trial,
        preimage: { spec: { use: "pix2pix", data }, data: digest(trial.arm), seed: trial.seed },
      })),
    }
  }
  const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(12))
  expect(foundationChanges(photographs("a", "b"), photographs("c", "b"))).toEqual([
    { path: "data.pairs", before: `${a}, ${b}`, after: `${c}, ${b}` },
  ])
  expect(foundationChanges(photographs("a", "b"), photographs("a", "b"))).toEqual([])
})
