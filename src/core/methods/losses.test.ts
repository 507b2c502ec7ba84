import { type Engine, openEngine } from "@saddlepoint/engine"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { JsonObject } from "../contracts/json.ts"
import { judgeable, type Method, stagesOf } from "../contracts/method.ts"
import type { Judged, Metric } from "../contracts/metric.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { decodeDefinition } from "../declare/decode/decode.ts"
import { resolve } from "../declare/decode/resolve.ts"
import { pluginMap } from "../declare/definition.ts"
import { inOrder } from "../laws/inOrder.ts"
import { train } from "../play/trainer.ts"
import { fetchWeights, weightsDigest, weightsOf } from "../play/weights.ts"
import { methods } from "./catalogue.ts"
import { datasetOf, instanceOf, plugins } from "./testing/instances.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

const task = { use: "crossEntropy", weight: 2 }
const adversarial = (objective: string) => ({ use: "adversarial", objective })

/** Other losses than its own for every method, and what is reported of them; a new method needs a row here. */
const others: Readonly<
  Record<string, { readonly losses: readonly JsonObject[]; readonly terms: readonly string[] }>
> = {
  adaBn: { losses: [task], terms: ["classifier/task"] },
  adda: { losses: [task], terms: ["classifier/task", "domain/domain", "target/confusion"] },
  cdan: { losses: [task, adversarial("lsgan")], terms: ["classifier/task", "classifier/domain"] },
  cycada: {
    losses: [task, adversarial("hinge"), { use: "charbonnier", weight: 5 }],
    terms: ["classifier/task", "discriminators/adversarialB", "generators/cycleA", "generators/semanticB"],
  },
  cycleGan: {
    losses: [
      adversarial("wasserstein"),
      { use: "gradientPenalty", weight: 10 },
      { use: "l2", weight: 5 },
      { use: "ssim", window: 7 },
    ],
    terms: [
      "discriminators/adversarialA",
      "discriminators/gradientPenaltyB",
      "generators/cycleA.l2",
      "generators/cycleB.ssim",
      "generators/identityA.l2",
    ],
  },
  dan: { losses: [task, { use: "coral" }], terms: ["classifier/task", "classifier/coral"] },
  dann: { losses: [task, adversarial("lsgan")], terms: ["classifier/task", "classifier/domain"] },
  deepCoral: {
    losses: [task, { use: "mmd" }, { use: "coral", form: "momentMeans", weight: 0.5 }],
    terms: ["classifier/task", "classifier/coral", "classifier/mmd"],
  },
  gan: {
    losses: [{ use: "relativistic", average: true }, { use: "totalVariation" }],
    terms: ["discriminator/relativistic", "generator/relativistic", "generator/totalVariation"],
  },
  pix2pix: {
    losses: [
      adversarial("hinge"),
      { use: "gradientPenalty", every: 2 },
      { use: "l2", weight: 10 },
      { use: "ssim" },
      { use: "huber", delta: 0.25 },
    ],
    terms: [
      "discriminator/adversarial",
      "discriminator/gradientPenalty",
      "generator/adversarial",
      "generator/l2",
      "generator/ssim",
      "generator/huber",
    ],
  },
  sourceOnly: { losses: [task], terms: ["classifier/task"] },
}

/** A metric of one kind, which is never asked. */
const unjudged = (judged: Judged): Plugin<"metric", Metric> => ({
  kind: "metric",
  name: "unjudged",
  version: 1,
  options: {},
  build: () =>
    ({
      name: "unjudged",
      outputs: [],
      judged,
      needsLabels: false,
      judges: {},
      begin() {},
    }) as unknown as Metric,
})

/** A method as the decoding of a definition gives it, which compares it with another of its kind. */
function decoded(spec: JsonObject): { readonly method: Method; readonly losses: unknown } {
  const { answers } = resolve("method", spec, plugins)
  const experiment = decodeDefinition(
    {
      name: "losses",
      question: "Do other losses do?",
      arms: {
        only: { ...spec, role: "baseline" },
        longer: { ...spec, role: "challenger", batch: 3 },
      },
      metrics: [{ use: "unjudged" }],
      compare: [],
      seeds: 1,
      budget: { steps: 1 },
    },
    pluginMap([...plugins.values(), unjudged(judgeable[answers][0])]),
  )
  const arm = experiment.arms.find(({ name }) => name === "only")!
  return { method: arm.build() as Method, losses: (arm.spec as { readonly losses?: unknown }).losses }
}

async function trained(name: string, method: Method) {
  const terms = new Set<string>()
  const dataset = await datasetOf(name).open()
  const { status, players } = await train({
    stages: stagesOf(method, dataset),
    seed: 5,
    steps: 8,
    engine,
    openLoader: inOrder,
    onStep({ losses }) {
      for (const name of Object.keys(losses)) terms.add(name)
    },
  })
  await fetchWeights(players)
  const digest = weightsDigest(weightsOf(players))
  for (const player of Object.values(players)) player.dispose()
  return { status, terms: [...terms], digest }
}

test.each(methods.map(({ name }) => name))(
  "a definition says which losses %s learns from: they are reported, and the players are others",
  async (name) => {
    const row = others[name]
    if (row === undefined) throw new Error(`expected other losses for the method ${name} in this test`)
    const usual = decoded(instanceOf(name))
    const changed = decoded({ ...instanceOf(name), losses: row.losses })
    expect(changed.losses).toMatchObject(row.losses)
    expect(changed.method.mistakes).toEqual([])
    const [one, other] = [await trained(name, usual.method), await trained(name, changed.method)]
    expect(other.status).toBe("completed")
    expect(other.terms).toEqual(expect.arrayContaining([...row.terms]))
    expect(other.digest).not.toBe(one.digest)
  },
)
