import { expect, test } from "vitest"
import type { Json, JsonObject } from "../contracts/json.ts"
import { judgeable } from "../contracts/method.ts"
import type { Metric } from "../contracts/metric.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { methods } from "../methods/catalogue.ts"
import { instanceOf, plugins } from "../methods/testing/instances.ts"
import { decodeDefinition } from "./decode/decode.ts"
import { resolve } from "./decode/resolve.ts"
import { pluginMap } from "./definition.ts"
import { planTrials } from "./plan.ts"

const metric = (judged: Metric["judged"]): Plugin<"metric", Metric> => ({
  kind: "metric",
  name: "wanting",
  version: 1,
  options: {},
  build: () =>
    ({
      name: "wanting",
      outputs: [],
      judged,
      needsLabels: false,
      judges: {},
      begin() {},
    }) as unknown as Metric,
})

/** What planning warns of, of an arm that is a small instance of a method, changed. */
async function warnings(name: string, patch: JsonObject = {}, steps = 100) {
  const spec = { ...instanceOf(name), ...patch }
  const { answers } = resolve("method", instanceOf(name), plugins)
  const definition = {
    name: "warned",
    question: "Is it meant?",
    arms: { own: { ...spec, role: "baseline" } as Json },
    metrics: [{ use: "wanting" }],
    compare: [],
    seeds: 2,
    budget: { steps },
  }
  const all = pluginMap([...plugins.values(), metric(judgeable[answers][0])])
  const told: string[] = []
  await planTrials(decodeDefinition(definition, all), { warn: (sentences) => told.push(...sentences) })
  return told
}

test.each(methods.map(({ name }) => name))("a small instance of %s is warned of nothing", async (name) => {
  expect(await warnings(name)).toEqual([])
})

test("a batch larger than the training split is told with the stage and both numbers", async () => {
  expect(await warnings("pix2pix", { batch: 64 })).toEqual([
    "arms.own: a batch of 64 in the stage translation is larger than the 4 training images, so a step sees some of them twice; take a smaller batch or more data.",
  ])
  expect(await warnings("dann", { batch: 41 })).toHaveLength(1)
  expect(await warnings("dann", { batch: 40 })).toEqual([])
})

test("a learning rate that throws weights about, or moves none, is told wherever its optimiser stands", async () => {
  const inner = { use: "clipByGlobalNorm", max: 1, optimiser: { use: "adam", rate: 5 } }
  expect(await warnings("pix2pix", { discriminatorOptimiser: inner })).toEqual([
    "arms.own.discriminatorOptimiser.optimiser.rate: a learning rate of 5 with adam: more than 1 throws weights about; take another.",
  ])
  expect(await warnings("pix2pix", { optimiser: { use: "sgd", rate: 5 } })).toEqual([])
  expect(await warnings("pix2pix", { optimiser: { use: "sgd", rate: 1e6 } })).toEqual([
    "arms.own.optimiser.rate: a learning rate of 1000000 with sgd: more than 10 throws weights about; take another.",
  ])
  expect(await warnings("pix2pix", { optimiser: { use: "adam", rate: 1e-12 } })).toEqual([
    "arms.own.optimiser.rate: a learning rate of 1e-12 with adam: less than 1e-9 moves no weight; take another.",
  ])
})

test("points of an axis are told together, and those without a flaw not at all", async () => {
  const optimiser = { use: "adam", rate: { axis: [0.1, 7] } }
  expect(await warnings("pix2pix", { optimiser, batch: { axis: [1, 2] } })).toEqual([
    'arms.own.optimiser.rate.axis.1: a learning rate of 7 with adam: more than 1 throws weights about; take another ("own/batch=1,optimiser.rate=7", "own/batch=2,optimiser.rate=7").',
  ])
})

test("steps that nobody lives to see are told in days", async () => {
  expect(await warnings("pix2pix", {}, 1e12)).toEqual([
    "arms.own.budget.steps: 1000000000000 steps take one trial 11574 days even at a millisecond each; take fewer.",
  ])
})

test("a budget that leaves a stage without a step is told with the stages", async () => {
  expect(await warnings("cycada", {}, 2)).toEqual([
    "arms.own: 2 steps leave none for the stages pixel, translated; take more, or other shares.",
  ])
})

test("losses of which none has a weight are told", async () => {
  const losses = [
    { use: "adversarial", weight: 0 },
    { use: "l1", weight: 0 },
  ]
  expect(await warnings("pix2pix", { losses })).toEqual([
    "arms.own.losses: every loss has the weight 0, so nobody learns anything; give one a weight.",
  ])
})
