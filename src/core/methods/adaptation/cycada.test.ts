import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Domains, OpenDataset, Split, Streams } from "../../contracts/dataset.ts"
import type { Learn, Players, Stage } from "../../contracts/game.ts"
import { type ClassesMethod, domainsOf, stagesOf } from "../../contracts/method.ts"
import { resolve } from "../../declare/decode/resolve.ts"
import { pluginMap } from "../../declare/definition.ts"
import { inOrder } from "../../laws/inOrder.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { losses as catalogue } from "../../losses/catalogue.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { l1 } from "../../losses/l1.ts"
import { builtLosses } from "../../losses/testing/builtLoss.ts"
import { models } from "../../models/catalogue.ts"
import { makeDigitClassifier } from "../../models/digitClassifier.ts"
import { makePatchGan } from "../../models/patchGan.ts"
import { makeUnet } from "../../models/unet.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import { optimisers } from "../../optimisers/catalogue.ts"
import type { Losses } from "../../play/round.ts"
import { train } from "../../play/trainer.ts"
import { weightsDigest, weightsOf } from "../../play/weights.ts"
import { barsPlugin, twoBars } from "../../testing/twoBars.ts"
import { cycleGame } from "../translation/cycleGame.ts"
import { classifierPlayers } from "./classification.ts"
import { cycadaPlugin } from "./cycada.ts"
import { pixelGame } from "./cycadaPixelGame.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

const plugins = pluginMap([barsPlugin, cycadaPlugin, ...catalogue, ...models, ...optimisers])

const smallNetwork = makeDigitClassifier({
  convolutions: [3],
  features: [6],
  head: [],
  norm: "none",
  dropout: 0,
})

/** A generator of two convolutions, where the test is about something else. */
const small = { width: 2, depth: 1, channels: 1, norm: "none", dropout: 0 } as const
const lsgan = { use: "adversarial", objective: "lsgan" }
const residual = { use: "resnetGenerator", blocks: 3, width: 2 }

function cycada(options: object = {}): ClassesMethod {
  const spec = {
    use: "cycada",
    data: { use: "bars" },
    network: { use: "digitClassifier", convolutions: [6], features: [24] },
    generator: { use: "unet", ...small },
    discriminator: { use: "patchGan", receptiveField: 7, width: 2, norm: "instance", conditional: false },
    optimiser: { use: "adam", rate: 0.01, beta1: 0.9 },
    batch: 8,
    pixelBatch: 4,
    pool: 6,
    ...options,
  }
  return resolve("method", spec as never, plugins) as ClassesMethod
}

interface Played {
  readonly dataset?: OpenDataset
  readonly steps?: number
  /** How many stages are played; all where left out. */
  readonly upTo?: number
}

async function trained(options: object = {}, { dataset = twoBars(), steps = 6, upTo }: Played = {}) {
  return playedStages(stagesOf(cycada(options), dataset).slice(0, upTo), steps)
}

async function playedStages(stages: readonly Stage[], steps: number) {
  const losses: Losses[] = []
  const outcome = await train({
    stages,
    seed: 3,
    steps,
    engine,
    openLoader: inOrder,
    onStep: (report) => losses.push(report.losses),
  })
  return { ...outcome, losses }
}

const digest = (players: Players, ...names: string[]) =>
  weightsDigest(weightsOf(Object.fromEntries(names.map((name) => [name, players[name]!]))))

test.each([
  [{}, ["source", "pixel", "translated", "feature"]],
  [{ levels: "pixel" }, ["source", "pixel", "translated"]],
  [{ levels: "feature" }, ["source", "feature"]],
  [{ form: "released" }, ["pixel", "translated", "feature"]],
  [{ form: "released", levels: "pixel" }, ["pixel", "translated"]],
  [{ form: "released", levels: "feature" }, ["source", "feature"]],
])("%j is played in the stages %j", (options, stages) => {
  expect(
    cycada(options)
      .stages(domainsOf(twoBars()))
      .map(({ name }) => name),
  ).toEqual(stages)
})

test("all moves of all stages are replayed, nothing is left behind, and target labels move no bit", async () => {
  const shares = { sourceShare: 1, pixelShare: 1, translatedShare: 1, featureShare: 1 }
  const options = { ...shares, generator: residual }
  const { status, leaked, moves, players } = await trained(options, { steps: 20 })
  expect({ status, leaked }).toEqual({ status: "completed", leaked: 0 })
  expect(moves.map(({ stage, moves: names, mode }) => [stage, names.join(), mode])).toEqual([
    ["source", "classifier", "replayed"],
    ["pixel", "generators,poolB,poolA,discriminators", "replayed"],
    ["translated", "classifier", "replayed"],
    ["feature", "domain,target", "replayed"],
  ])
  const dataset = twoBars({ labels: (index) => (index * 7 + 1) % 2 })
  const noisy = await trained(options, { steps: 20, dataset })
  expect(weightsDigest(weightsOf(noisy.players))).toBe(weightsDigest(weightsOf(players)))
})

test("in the form `paper` the source classifier judges and stands still; in `released` it learns beside", async () => {
  const source = await trained({}, { upTo: 1, steps: 2 })
  // Shares 1 and 3: two steps of the source stage, six of the pixel game.
  const paper = await trained({}, { upTo: 2, steps: 8 })
  expect(digest(paper.players, "features", "classes")).toBe(digest(source.players, "features", "classes"))
  expect(Object.keys(paper.losses.at(-1)!)).toContain("generators/semanticB")

  const released = await trained({ form: "released" }, { upTo: 1, steps: 4 })
  const names = Object.keys(released.losses[0]!)
  expect(names).toContain("classifier/task")
  const start = await trained({ form: "released" }, { upTo: 1, steps: 1 })
  expect(digest(released.players, "features")).not.toBe(digest(start.players, "features"))
})

const generator = makeUnet(small)
const discriminator = makePatchGan({ receptiveField: 7, width: 2, norm: "instance", conditional: false })

/** The pixel game of `cycada()` as CycleGAN plays it, on the same images under the same name. */
function cycleStage({ adversarialB, cycle }: { adversarialB: number; cycle: number }): Stage {
  const { source, target } = domainsOf(twoBars())
  return {
    name: "pixel",
    share: 3,
    batch: 4,
    data: async () => ({ streams: { source: source.train, target: target.train } }),
    play: ({ seed }) =>
      cycleGame(
        {
          generator,
          discriminator,
          optimiser: makeAdam(),
          pool: 6,
          order: "joint",
          losses: builtLosses(adversarial("lsgan"), l1(cycle)),
          identity: 0,
          adversarial: { A: 1, B: adversarialB },
        },
        {
          image: source.train.fields.image!,
          fields: { A: "source.image", B: "target.image" },
          batch: 4,
          seed,
        },
      ),
  }
}

const translators = ["generatorAB", "generatorBA", "discriminatorA", "discriminatorB", "poolA", "poolB"]

test("without semantics the pixel game is CycleGAN's bit for bit, in either form; with them it is not", async () => {
  for (const [form, upTo, steps, weights] of [
    ["paper", 2, 4, { adversarialB: 1, cycle: 10 }],
    ["released", 1, 3, { adversarialB: 2, cycle: 1 }],
  ] as const) {
    const plain = await playedStages([cycleStage(weights)], 3)
    const without = await trained({ form, semantic: 0 }, { upTo, steps })
    expect(digest(without.players, ...translators)).toBe(digest(plain.players, ...translators))
  }
  const plain = await playedStages([cycleStage({ adversarialB: 1, cycle: 10 })], 3)
  const semantic = await trained({ semantic: 5 }, { upTo: 2, steps: 4 })
  expect(digest(semantic.players, "generatorAB")).not.toBe(digest(plain.players, "generatorAB"))
})

test.each(["paper", "released"] as const)(
  "in the form `%s` what is left out are the published losses, written out they are the same bits, and others are another game",
  async (form) => {
    const upTo = form === "paper" ? 2 : 1
    const steps = form === "paper" ? 4 : 3
    const pixel = (losses?: readonly object[]) =>
      trained({ form, ...(losses === undefined ? {} : { losses }) }, { upTo, steps })
    const task = { use: "crossEntropy" }
    const published = await pixel()
    const written = await pixel([task, lsgan, { use: "l1", weight: form === "paper" ? 10 : 1 }])
    expect(digest(written.players, ...translators)).toBe(digest(published.players, ...translators))

    const own = await pixel([task, { use: "adversarial", objective: "hinge" }, { use: "l2", weight: 5 }])
    expect(digest(own.players, "generatorAB")).not.toBe(digest(published.players, "generatorAB"))
    const last = own.losses.at(-1)!
    const of = (name: string) => last[`generators/${name}`]!
    const total =
      of("adversarialA") + (form === "paper" ? 1 : 2) * of("adversarialB") + 5 * (of("cycleA") + of("cycleB"))
    const semantic = of("semanticA") + of("semanticB")
    // In `released` semantics count once the classifier is good enough, which it is here.
    expect(of("total")).toBeCloseTo(total + semantic, 4)
  },
)

test("losses without which a level has nothing to learn from are mistakes", () => {
  const task = { use: "crossEntropy" }
  const messages = (options: object) => cycada(options).mistakes!.map(({ message }) => message)
  expect(messages({})).toEqual([])
  expect(messages({ losses: [lsgan, { use: "l1" }] })).toEqual([
    "expected a loss of classes for the task but got none; add crossEntropy() to losses",
  ])
  expect(messages({ losses: [task] })).toHaveLength(2)
  expect(messages({ losses: [task], levels: "feature" })).toEqual([])
})

test("in `released` semantics wait for a classifier whose loss was at most 1 in the step before", async () => {
  const domains = domainsOf(twoBars())
  /** With the bias the classifier calls all images lying, half of which stand, at a loss above 2. */
  const generators = async (semantic: number, bias: number, steps = 2) => {
    const stage: Stage = {
      name: "pixel",
      share: 1,
      batch: 4,
      data: async () => ({ streams: { source: domains.source.train, target: domains.target.train } }),
      play({ seed }) {
        const classifier = classifierPlayers(smallNetwork, domains, seed)
        tf.tidy(() => classifier.classes!.variables["output/bias"]!.assign(tf.tensor1d([bias, 0])))
        const pixel = { generator, discriminator, pixelOptimiser: makeAdam(), pixelBatch: 4, pool: 6 }
        const losses = builtLosses(crossEntropy(), adversarial("lsgan"), l1(1))
        const parts = { ...pixel, losses, form: "released", semantic, optimiser: makeAdam() } as const
        return pixelGame(parts, domains, classifier, seed)
      },
    }
    const { players, losses } = await playedStages([stage], steps)
    return { bits: digest(players, "generatorAB", "generatorBA"), task: losses[0]!["classifier/task"]! }
  }
  const [open, closed] = [await generators(1, 0), await generators(1, 10)]
  expect(open.task).toBeLessThan(1)
  expect(closed.task).toBeGreaterThan(1)
  expect(open.bits).not.toBe((await generators(0, 0)).bits)
  expect(closed.bits).toBe((await generators(0, 10)).bits)
  expect((await generators(1, 0, 1)).bits).toBe((await generators(0, 0, 1)).bits)
})

test("cycles and levels are ablated by options: no cycle is another game, and feature alone makes no generator", async () => {
  const one = await trained({}, { upTo: 2, steps: 4 })
  const none = await trained(
    { losses: [{ use: "crossEntropy" }, lsgan, { use: "l1", weight: 0 }] },
    { upTo: 2, steps: 4 },
  )
  expect(digest(none.players, "generatorAB")).not.toBe(digest(one.players, "generatorAB"))
  expect(Object.keys(none.losses.at(-1)!)).toContain("generators/cycleA")
  const feature = await trained({ levels: "feature" })
  expect(Object.keys(feature.players).sort()).toEqual([
    "classes",
    "domain",
    "features",
    "sourceClasses",
    "sourceFeatures",
  ])
})

test.each([
  [{}, true],
  [{ translatedStart: "fresh" }, false],
  [{ form: "released" }, false],
  [{ form: "released", translatedStart: "carried" }, true],
])("with %j, that the classifier of translated images is carried on is %s", (options, isCarried) => {
  const method = cycada(options)
  const domains = domainsOf(twoBars())
  const stage = method.stages(domains).find(({ name }) => name === "translated")!
  const carried = classifierPlayers(smallNetwork, domains, 1)
  const { players } = stage.play({ seed: 1, carried, steps: 1 })
  expect(players.features === carried.features).toBe(isCarried)
})

test("the feature game has a gate unless none is chosen", () => {
  const domains = domainsOf(twoBars())
  const network = { use: "digitClassifier", convolutions: [3], features: [6] }
  const move = (options: object) => {
    const stage = cycada({ levels: "feature", network, ...options })
      .stages(domains)
      .at(-1)!
    const game = stage.play({ seed: 1, carried: classifierPlayers(smallNetwork, domains, 1), steps: 1 })
    return game.moves.find(({ name }) => name === "target") as Learn
  }
  const gated = [{}, { featureGate: 0.7 }, { form: "released" }, { featureGate: 0 }]
  expect(gated.map((options) => move(options).gate !== undefined)).toEqual([true, true, true, false])
})

test("labels are a term of the feature game, and the source's own images lie among translated ones, where chosen", async () => {
  const terms = async (options: object) =>
    Object.keys((await trained({ levels: "feature", ...options })).losses.at(-1)!)
  expect(await terms({})).not.toContain("target/task")
  expect(await terms({ featureTask: 1 })).toContain("target/task")
  const { players } = await trained({}, { upTo: 2 })
  const sizes = [{}, { besideSource: true }].map(async (options) => {
    const stage = stagesOf(cycada(options), twoBars()).find(({ name }) => name === "translated")!
    return ((await stage.data(players)) as Streams).streams.source!.size
  })
  expect(await Promise.all(sizes)).toEqual([40, 80])
})

test("a selection chooses among ten checkpoints of the last stage", async () => {
  const options = { levels: "feature", selection: "sourceValidation" }
  const { players } = await trained(options, { steps: 22 })
  expect(cycada(options).candidates!(players)).toHaveLength(10)
  const last = cycada(options).candidates!(players).at(-1)!
  const values = (of: Players) =>
    Object.values({ ...of.features!.variables, ...of.features!.state }).map((v) => Array.from(v.dataSync()))
  expect(values(last)).toEqual(values(players))
})

/** The domains with images of another shape. */
function shapedDomains(shape: readonly number[]): Domains {
  const { source, target, classes } = domainsOf(twoBars())
  const shaped = (split: Split): Split => ({
    ...split,
    fields: { ...split.fields, image: { shape, dtype: "float32", range: [-1, 1] } },
  })
  return {
    source: { train: shaped(source.train), validation: shaped(source.validation) },
    target: { train: shaped(target.train), validation: shaped(target.validation) },
    classes,
  }
}

test("images that the generators cannot halve twice are refused, but not by the feature level", () => {
  const domains = shapedDomains([14, 14, 1])
  expect(cycada({ generator: residual }).refuses!(domains)).toEqual([
    "Expected sides of at least 8 pixels that 4 divides for the residual generator, but got an image of 14x14; change the image size.",
  ])
  expect(cycada({ levels: "feature" }).refuses!(domains)).toEqual([])
})

test("with nothing but data it takes digits of 28 pixels, in grey and in colour", () => {
  const method = resolve("method", { use: "cycada", data: { use: "bars" } }, plugins) as ClassesMethod
  for (const channels of [1, 3]) expect(method.refuses!(shapedDomains([28, 28, channels]))).toEqual([])
  expect(method.refuses!(shapedDomains([30, 30, 1]))).toHaveLength(1)
})
