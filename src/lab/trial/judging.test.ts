import { inDrawnOrder } from "@saddlepoint/core/answer/drawnOrder"
import type { Dataset, OpenDataset, Split } from "@saddlepoint/core/contracts/dataset"
import type { Players } from "@saddlepoint/core/contracts/game"
import { type ClassesMethod, stagesOf } from "@saddlepoint/core/contracts/method"
import { resolve } from "@saddlepoint/core/declare/decode/resolve"
import { pluginMap } from "@saddlepoint/core/declare/definition"
import { inOrder } from "@saddlepoint/core/laws/inOrder"
import { cycadaPlugin } from "@saddlepoint/core/methods/adaptation/cycada"
import { models } from "@saddlepoint/core/models/catalogue"
import { optimisers } from "@saddlepoint/core/optimisers/catalogue"
import { decodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { train } from "@saddlepoint/core/play/trainer"
import { barsPlugin, twoBars } from "@saddlepoint/core/testing/twoBars"
import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { accuracyPlugin } from "@saddlepoint/metrics/accuracy"
import { unsupervisedScoresPlugin } from "@saddlepoint/metrics/unsupervisedScores"
import sharp from "sharp"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Answers } from "../contracts/answers.ts"
import type { AskedEvaluation } from "../contracts/evaluation.ts"
import type { MetricValue } from "../contracts/result.ts"
import type { TrialRequest } from "../contracts/trialRequest.ts"
import { aTrial } from "../testing/plan.ts"
import { openly } from "./confinement/confine.ts"
import { judgePlayers } from "./judging.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

const plugins = pluginMap([barsPlugin, cycadaPlugin, ...models, ...optimisers])
const labelled = accuracyPlugin.build({})
const unlabelled = unsupervisedScoresPlugin.build({})

function cycada(levels: string): ClassesMethod {
  const spec = {
    use: "cycada",
    levels,
    data: { use: "bars" },
    network: { use: "digitClassifier", convolutions: [6], features: [24] },
    generator: { use: "resnetGenerator", blocks: 3, width: 2 },
    discriminator: { use: "patchGan", receptiveField: 7, width: 2, norm: "instance", conditional: false },
    batch: 8,
    pixelBatch: 4,
  }
  return resolve("method", spec as never, plugins) as ClassesMethod
}

/** Players after a few steps on the dataset. */
async function trained(levels: string, dataset: OpenDataset): Promise<Players> {
  const stages = stagesOf(cycada(levels), dataset)
  return (await train({ stages, seed: 3, steps: 4, engine, openLoader: inOrder })).players
}

/** What is left of players that are judged. */
async function judged(
  levels: string,
  players: Players,
  dataset: OpenDataset,
  metrics = [labelled, unlabelled],
) {
  const method = cycada(levels)
  const opened = {
    request: { trial: aTrial("cycada") } as TrialRequest,
    engine,
    data: {} as Dataset,
    dataset,
    datasetDigest: "d",
    metrics: async () => [],
    given: new Map(),
    ...openly,
    stages: () => stagesOf(method, dataset),
    method,
  }
  const before = tf.memory().numTensors
  const { found, kept } = await judgePlayers(
    opened,
    players,
    metrics.map((metric) => ({ metric, judges: {}, asked: {} as AskedEvaluation })),
    () => {},
  )
  const values: Record<string, MetricValue> = Object.assign({}, ...found.map((one) => one.values))
  return {
    values,
    files: new Map(kept.map(({ name, bytes }) => [name as string, bytes])),
    leaked: tf.memory().numTensors - before,
  }
}

const bars = twoBars()
let featurePlayers: Players
let pixelPlayers: Players
beforeAll(async () => {
  featurePlayers = await trained("feature", bars)
  pixelPlayers = await trained("pixel", bars)
})

/** The test splits as they are answered, of `bars`. */
const answered = inDrawnOrder(bars, "d")
const labelsOf = async (split: Split) =>
  [...(await split.read(Array.from({ length: split.size }, (_, index) => index))).label!] as number[]

test("answers are kept in the order in which they are asked for and give the accuracies that the metric found", async () => {
  const { values, files, leaked } = await judged("feature", featurePlayers, bars)
  const { classes, target, source } = JSON.parse(String(files.get("answers"))) as Answers
  expect(classes).toEqual(["lying", "standing"])
  for (const [domain, output, split] of [
    [target, "targetAccuracy", answered.splits.test],
    [source, "sourceAccuracy", answered.sourceTest!],
  ] as const) {
    expect(domain.labels).toEqual(await labelsOf(split))
    const right = domain.answers.filter((answer, index) => answer === domain.labels[index]).length
    expect(right / 20).toBe(values[output]!.value)
  }
  expect(leaked).toBe(0)
})

test("features of both domains are kept as many and as wide as the classifier has them", async () => {
  const { files } = await judged("feature", featurePlayers, bars)
  const { source, target } = decodeSafetensors(files.get("features")!)
  expect(source!.shape).toEqual([20, 24])
  expect(target!.shape).toEqual([20, 24])
  expect([...source!.values].every(Number.isFinite)).toBe(true)
  expect([...source!.values]).not.toEqual([...target!.values])
})

test("the same players leave the same bytes when they are judged again", async () => {
  const [one, other] = [await judged("pixel", pixelPlayers, bars), await judged("pixel", pixelPlayers, bars)]
  expect([...one.files.keys()]).toEqual(["answers", "features", "grid"])
  for (const [name, bytes] of one.files) expect(bytes.equals(other.files.get(name)!)).toBe(true)
})

/** Grey levels of one column of a sheet of images of 12 px with gaps of 2 px, row by row. */
async function columnOf(sheet: Buffer, column: number, rows: number): Promise<number[]> {
  const { data, info } = await sharp(sheet).raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height]).toEqual([3 * 14 - 2, rows * 14 - 2])
  return Array.from({ length: rows * 144 }, (_, at) => {
    const [row, y, x] = [Math.floor(at / 144), Math.floor((at % 144) / 12), at % 12]
    return data[((row * 14 + y) * info.width + column * 14 + x) * info.channels]!
  })
}

test("a method that translates leaves ten source images, their translations and ten target images", async () => {
  const { files, leaked } = await judged("pixel", pixelPlayers, bars)
  const byte = (value: number) => Math.max(0, Math.min(255, Math.round((value + 1) * 127.5)))
  const first = async (split: Split) =>
    (await split.read(Array.from({ length: 10 }, (_, index) => index))).image as Float32Array
  const source = await first(answered.sourceTest!)
  const sheet = files.get("grid")!
  expect(await columnOf(sheet, 0, 10)).toEqual([...source].map(byte))
  expect(await columnOf(sheet, 2, 10)).toEqual([...(await first(answered.splits.test))].map(byte))
  const translated = tf.tidy(() =>
    pixelPlayers
      .generatorAB!.apply({ image: tf.tensor(source, [10, 12, 12, 1]) }, "evaluate")
      .image!.dataSync(),
  )
  const drawn = await columnOf(sheet, 1, 10)
  // A step that is replayed may round the last bit otherwise.
  for (const [at, value] of translated.entries()) expect(Math.abs(drawn[at]! - byte(value))).toBeLessThan(2)
  expect(new Set(drawn).size).toBeGreaterThan(10)
  expect(leaked).toBe(0)
})

test("a method that translates nothing leaves no picture", async () => {
  expect([...(await judged("feature", featurePlayers, bars)).files.keys()]).toEqual(["answers", "features"])
})

test("of a target without labels the answers are kept, with -1 for its labels", async () => {
  const { label: _, ...fields } = bars.splits.test.fields
  const bare: Split = {
    ...bars.splits.test,
    fields,
    read: async (indices) => ({ image: (await bars.splits.test.read(indices)).image! }),
  }
  const blind = { ...bars, splits: { ...bars.splits, test: bare } }
  const { files, values } = await judged("feature", featurePlayers, blind, [unlabelled])
  const { target, source } = JSON.parse(String(files.get("answers"))) as Answers
  expect(new Set(target.labels)).toEqual(new Set([-1]))
  expect(target.answers).toHaveLength(20)
  expect(source.labels).toEqual(await labelsOf(answered.sourceTest!))
  expect(Object.keys(values).sort()).toEqual(["informationMaximisation", "predictionEntropy"])
})
