import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { evaluate } from "../../answer/evaluate.ts"
import { selectCandidate } from "../../answer/selectCandidate.ts"
import type { OpenDataset } from "../../contracts/dataset.ts"
import { type ClassesMethod, stagesOf } from "../../contracts/method.ts"
import type { ClassMetric } from "../../contracts/metric.ts"
import { resolve } from "../../declare/decode/resolve.ts"
import { pluginMap } from "../../declare/definition.ts"
import { inOrder } from "../../laws/inOrder.ts"
import { losses } from "../../losses/catalogue.ts"
import { models } from "../../models/catalogue.ts"
import { optimisers } from "../../optimisers/catalogue.ts"
import { readBatch } from "../../play/loader.ts"
import { toTensors } from "../../play/toTensors.ts"
import { train } from "../../play/trainer.ts"
import { weightsDigest, weightsOf } from "../../play/weights.ts"
import { scorers } from "../../scorers/catalogue.ts"
import { barsPlugin, twoBars } from "../../testing/twoBars.ts"
import { asked } from "../testing/asked.ts"
import { cdanPlugin, outerProduct } from "./cdan.ts"
import { danPlugin } from "./dan.ts"
import { dannPlugin } from "./dann.ts"
import { deepCoralPlugin } from "./deepCoral.ts"
import { sourceOnlyPlugin } from "./sourceOnly.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine()
})
afterAll(() => engine.dispose())

const plugins = pluginMap([
  barsPlugin,
  cdanPlugin,
  danPlugin,
  dannPlugin,
  deepCoralPlugin,
  sourceOnlyPlugin,
  ...losses,
  ...models,
  ...optimisers,
  ...scorers,
])
const small = { use: "digitClassifier", convolutions: [3], features: [6] }

function strategy(name: string, options: object = {}): ClassesMethod {
  const spec = { use: name, data: { use: "bars" }, network: small, batch: 8, ...options }
  return resolve("method", spec as never, plugins) as ClassesMethod
}

const trained = (method: ClassesMethod, dataset: OpenDataset = twoBars(), steps = 20) =>
  train({ stages: stagesOf(method, dataset), seed: 3, steps, engine, openLoader: inOrder })

/** Writes down the selection and how many images it saw with labels. */
const witness = (): ClassMetric => ({
  name: "witness",
  outputs: [],
  judged: "classes",
  needsLabels: true,
  judges: {},
  async begin({ selection }) {
    let right = 0
    let seen = 0
    return {
      async update({ domain, output, label }) {
        if (domain === "source") return
        const answers = tf.argMax(output, 1)
        const [found, known] = [await answers.data(), await label!.data()]
        answers.dispose()
        known.forEach((value, i) => {
          seen++
          if (value === found[i]) right++
        })
      },
      compute: async () => ({
        values: { accuracy: right / seen },
        identity: { metric: "witness", selection: selection! },
      }),
      dispose() {},
    }
  },
})

async function judged(selection: string | object) {
  const method = strategy("sourceOnly", { selection })
  const dataset = twoBars()
  const { players } = await trained(method, dataset)
  const results = await evaluate({
    method,
    players,
    dataset,
    datasetDigest: "d",
    metrics: [{ metric: witness(), judges: {} }],
    engine,
    seed: 3,
  })
  return results.accuracy!
}

test("a selection other than `last` keeps ten checkpoints, and one of them is judged", async () => {
  const method = strategy("sourceOnly", { selection: "targetOracle" })
  const { players } = await trained(method)
  const candidates = method.candidates!(players)
  expect(candidates).toHaveLength(10)
  const digests = candidates.map(({ features, classes }) =>
    weightsDigest(weightsOf({ features: features!, classes: classes! })),
  )
  expect(new Set(digests).size).toBe(10)
  // The last checkpoint holds the last step.
  const [{ features, classes }] = [players]
  const last = candidates.at(-1)!
  const values = (of: typeof players) =>
    ["features", "classes"].flatMap((name) =>
      Object.values({ ...of[name]!.variables, ...of[name]!.state }).map((variable) =>
        Array.from(variable.dataSync()),
      ),
    )
  expect(values(last)).toEqual(values({ features: features!, classes: classes! }))
  expect(candidates).toContainEqual(await selectCandidate(method, players, twoBars(), engine))
})

test("the choice is part of a value's identity, so that an oracle's number stands in no other column", async () => {
  const found = await Promise.all([judged("last")])
  const oracle = await judged("targetOracle")
  expect(found[0]!.identity.selection).toBe("last")
  expect(oracle.identity.selection).toBe("targetOracle")
  expect(oracle.value).toBeGreaterThanOrEqual(0)
})

test.each(scorers.map(({ name }) => name))(
  "%s judges the checkpoint that it scores highest on the target's validation images, and is named in the identity",
  async (name) => {
    const dataset = twoBars()
    const method = strategy("sourceOnly", { selection: { use: name } })
    const { players } = await trained(method, dataset)
    const { validation } = dataset.domains!.target
    const scorer = resolve("scorer", { use: name }, plugins)
    const { image } = toTensors(
      await readBatch(
        validation,
        Array.from({ length: validation.size }, (_, i) => i),
      ),
    )
    const scores = []
    for (const candidate of method.candidates!(players)) {
      const answer = await method.answer(dataset.domains!, candidate)
      const logits = tf.tidy(() => answer({ image: image! }, asked(validation.size)))
      scores.push(scorer.score((await logits.data()) as Float32Array, dataset.classes!.length))
      logits.dispose()
    }
    image!.dispose()
    const own = ({ features, classes }: typeof players) =>
      weightsDigest(weightsOf({ features: features!, classes: classes! }))
    const chosen = own(await selectCandidate(method, players, dataset, engine))
    const at = method.candidates!(players).findIndex((candidate) => own(candidate) === chosen)
    // Batches of another size may round the last digits of a score.
    expect(scores[at]).toBeCloseTo(Math.max(...scores), 4)
    expect((await judged({ use: name })).identity.selection).toBe(scorer.description)
  },
)

test("a word that is no selection is refused in one sentence, and a scorer's name with how it is written", () => {
  expect(() => strategy("sourceOnly", { selection: "lst" })).toThrow(
    'selection: expected a word or a scorer but got "lst"; did you mean "last"? words: "last", "sourceValidation", "targetOracle"',
  )
  expect(() => strategy("sourceOnly", { selection: "informationMaximisation" })).toThrow(
    'selection: expected a word or a scorer but got "informationMaximisation"; write { "use": "informationMaximisation" }',
  )
})

test("`last` keeps no checkpoints and trains bit for bit as any other selection does", async () => {
  const plain = await trained(strategy("sourceOnly"))
  const selecting = await trained(strategy("sourceOnly", { selection: "sourceValidation" }))
  expect(Object.keys(plain.players).sort()).toEqual(["classes", "features"])
  const own = ({ features, classes }: typeof plain.players) =>
    weightsDigest(weightsOf({ features: features!, classes: classes! }))
  expect(own(selecting.players)).toBe(own(plain.players))
  expect(selecting.leaked).toBe(0)
})

test("an oracle without labels is refused in one sentence", async () => {
  const { targetValidation: _, ...unlabelled } = twoBars()
  const method = strategy("sourceOnly", { selection: "targetOracle" })
  const { players } = await trained(method, unlabelled, 10)
  await expect(selectCandidate(method, players, unlabelled, engine)).rejects.toThrow(
    "Expected a target with labels for the selection targetOracle, but it has none; use last, sourceValidation or informationMaximisation().",
  )
})

test("training sees no target label: noise in their place leaves every bit, and the view has no such field", async () => {
  const noisy = twoBars({ labels: (index) => (index * 7 + 1) % 2 })
  expect(Object.keys(noisy.domains!.target.train.fields)).toEqual(["image"])
  expect(Object.keys(await noisy.domains!.target.train.read([0, 1]))).toEqual(["image"])
  for (const name of ["sourceOnly", "cdan", "dan", "dann", "deepCoral"]) {
    const [clean, other] = [await trained(strategy(name)), await trained(strategy(name), noisy)]
    expect(weightsDigest(weightsOf(other.players))).toBe(weightsDigest(weightsOf(clean.players)))
  }
})

test.each(["cdan", "dan", "dann", "deepCoral"])(
  "%s of weight zero is source-only bit for bit",
  async (name) => {
    const source = await trained(strategy("sourceOnly"))
    const zero = await trained(strategy(name, { weight: 0 }))
    const one = await trained(strategy(name))
    const digest = ({ features, classes }: typeof source.players) =>
      weightsDigest(weightsOf({ features: features!, classes: classes! }))
    expect(digest(zero.players)).toBe(digest(source.players))
    expect(digest(one.players)).not.toBe(digest(source.players))
  },
)

test.each([
  ["dann", { form: "reversal" }],
  ["dann", { form: "alternating" }],
  ["cdan", { losses: [{ use: "crossEntropy" }, { use: "entropyConditioned" }] }],
  ["dan", {}],
  ["deepCoral", { losses: [{ use: "crossEntropy" }, { use: "coral", form: "momentMeans" }] }],
])("%s %o is replayed and leaks nothing", async (name, options) => {
  const { leaked, status, moves } = await trained(strategy(name, options))
  expect({ leaked, status, modes: moves.map(({ mode }) => mode) }).toEqual({
    leaked: 0,
    status: "completed",
    modes: [engine.identity.name === "onnx" ? "replayed" : "lazy"],
  })
})

test("cdan's outer product keeps inner products: <f g, f' g'> = <f, f'> <g, g'>", () => {
  // Long et al. 2018, section 3.2; exact for the whole product.
  const [features, answers] = [
    tf.tensor2d([1, 2, 3, -1, 0, 2], [2, 3]),
    tf.tensor2d([0.2, 0.8, 0.5, 0.5], [2, 2]),
  ]
  const product = outerProduct(features, answers)
  const inner = (x: tf.Tensor2D) => tf.tidy(() => tf.matMul(x, x, false, true).dataSync()[1]!)
  expect(inner(product)).toBeCloseTo(inner(features) * inner(answers), 5)
  tf.dispose([features, answers, product])
})
