import type { OpenDataset, Split } from "@saddlepoint/core/contracts/dataset"
import type { GivenNetwork } from "@saddlepoint/core/contracts/givenNetwork"
import { readBatch } from "@saddlepoint/core/play/loader"
import type { ImageMetric, Metering, MetricWorld } from "@saddlepoint/core/contracts/metric"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { toTensors } from "@saddlepoint/core/play/round"
import { weightsDigest, weightsOf } from "@saddlepoint/core/play/weights"
import { type Engine, openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { imageMetrics as metrics } from "./catalogue.ts"
import { domainClassifierPlugin } from "./judges/domainClassifier.ts"
import { domainFeaturesPlugin } from "./judges/domainFeatures.ts"
import { lpipsJudge } from "./judges/lpipsNetwork.ts"
import { segmenterPlugin } from "./judges/segmenter.ts"
import { stripesDataset } from "./testing/stripes.ts"
import { chains } from "./resize/chains.ts"

/** What every metric must do, whatever it measures. A new metric in the catalogue is tested here without a line. */
let engine: Engine
const images = 30
/** A metric with its options' defaults. */
const buildMetric = (plugin: Plugin<"metric", ImageMetric>): ImageMetric =>
  plugin.build({
    ...Schema.decodeUnknownSync(Schema.Struct(plugin.options) as unknown as Schema.Codec<object>)({}),
    ...judges,
    network: given,
  })
const dataset = stripesDataset({ train: 12, validation: 1, test: images })
/** The same images with a class each, for judges that classify. */
const labelled: OpenDataset = {
  classes: ["even", "odd"],
  splits: mapSplits((split) => ({
    size: split.size,
    fields: { image: split.fields.target!, label: { shape: [], dtype: "int32", range: [0, 2] } },
    read: async (indices) => ({
      image: (await split.read(indices)).target!,
      label: Int32Array.from(indices, (index) => index % 2),
    }),
  })),
}
function mapSplits(change: (split: Split) => Split): OpenDataset["splits"] {
  const { train, validation, test } = dataset.splits
  return { train: change(train), validation: change(validation), test: change(test) }
}
/** Stands for LPIPS, whose weights come from files: what the metric makes of distances does not depend on them. */
const pairJudge = lpipsJudge({
  digest: "b".repeat(64),
  description: "squared differences",
  chain: { ...chains["torch-fidelity"]!, resize: undefined },
  async distances(a, b) {
    const size = a.values.length / a.shape[0]
    const total = new Float64Array(a.shape[0])
    a.values.forEach((value, i) => {
      total[Math.floor(i / size)]! += (value - b.values[i]!) ** 2 / size
    })
    return { total, perLayer: [total] }
  },
  maps: () => Promise.reject(new Error("Nobody asks for maps.")),
  dispose: () => {},
})
const given: GivenNetwork = { task: "pairs", missing: async () => [], open: async () => pairJudge }
const judges = {
  classifier: domainClassifierPlugin.build({ size: 4, steps: 1, seed: 0, width: 2 }),
  features: domainFeaturesPlugin.build({ steps: 1, seed: 0, width: 2 }),
  segmenter: segmenterPlugin.build({ steps: 1, seed: 0, width: 2 }),
}
/** Judges as they start: what a metric makes of its judge does not depend on how good it is. */
const trained: Record<string, MetricWorld["judges"][string]> = {}

beforeAll(async () => {
  engine = await openEngine()
  trained.network = pairJudge
  for (const [name, judge] of Object.entries(judges)) {
    const seen = name === "classifier" ? labelled : dataset
    const { players } = judge.stages(seen)[0]!.play({ seed: judge.seed, carried: {}, steps: 1 })
    trained[name] = { player: players[judge.player]!, digest: weightsDigest(weightsOf(players)) }
  }
})
afterAll(() => {
  for (const { player } of Object.values(trained)) player.dispose()
  engine.dispose()
})

const begin = (metric: ImageMetric): Promise<Metering> =>
  metric.begin({
    dataset,
    datasetDigest: "a".repeat(64),
    judges: Object.fromEntries(Object.keys(metric.judges).map((name) => [name, trained[name]!])),
  })

/** Judges the test images plus noise, in the given batches. */
async function judged(metric: ImageMetric, batches: readonly (readonly number[])[]) {
  const metering = await begin(metric)
  try {
    for (const indices of batches) {
      const batch = toTensors(await readBatch(dataset.splits.test, indices))
      const noise = Float32Array.from(
        indices.flatMap((index) => {
          const source = stream("noise", index)
          return Array.from({ length: 16 * 16 * 3 }, () => 0.1 * source.normal())
        }),
      )
      const output = tf.tidy(() =>
        tf.clipByValue(tf.add(batch.target!, tf.tensor(noise, batch.target!.shape)), -1, 1),
      )
      await metering.update({ ...batch, input: batch.input!, target: batch.target!, output })
      tf.dispose([batch, output])
    }
    return await metering.compute()
  } finally {
    metering.dispose()
  }
}

const all = Array.from({ length: images }, (_, i) => i)
const cut = (order: readonly number[], size: number): number[][] =>
  Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.slice(i * size, (i + 1) * size))

describe.each(metrics.map((plugin) => [plugin.name, plugin] as const))("%s", (name, plugin) => {
  const metric = buildMetric(plugin)

  test("gives a finite number in its range for every output it declares, and no other", async () => {
    const { values } = await judged(metric, [all])
    expect(Object.keys(values)).toEqual(metric.outputs.map((output) => output.name))
    for (const { name: output, range } of metric.outputs) {
      expect(Number.isFinite(values[output]), output).toBe(true)
      expect(values[output]).toBeGreaterThanOrEqual(range[0])
      expect(values[output]).toBeLessThanOrEqual(range[1])
    }
  })

  test("does not depend on how the evaluation is batched, nor on the order of the images", async () => {
    const { values, identity } = await judged(metric, [all])
    const others = [cut(all, 7), cut(all, 1), cut(stream("order").shuffle(all), 8)]
    for (const batches of others) {
      const other = await judged(metric, batches)
      expect(other.identity).toEqual(identity)
      for (const [output, value] of Object.entries(values)) {
        // Feature networks run in float32, whose sums depend on the size of the batch.
        expect(Math.abs(other.values[output]! - value)).toBeLessThanOrEqual(
          1e-5 * Math.max(1e-3, Math.abs(value)),
        )
      }
    }
  })

  test("names in its identity itself, its version, the images, the dataset, and every judge", async () => {
    const { identity } = await judged(metric, [all])
    expect(identity).toMatchObject({ metric: name, version: plugin.version, images })
    const facts = Object.values(identity)
    expect(facts).toContain("a".repeat(64))
    for (const judge of Object.keys(metric.judges)) expect(facts).toContain(trained[judge]!.digest)
    for (const fact of facts) {
      expect(["string", "number", "boolean"]).toContain(typeof fact)
      expect(JSON.parse(JSON.stringify(fact))).toBe(fact)
    }
  })

  test("says in one sentence that there was nothing to judge", async () => {
    const error = await judged(metric, []).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(Error)
    expect((error as Error).message).toMatch(/^Expected [^\n]+ but got (0|none)[;:][^\n]+\.$/)
  })

  test("refuses outputs of another shape than the targets in one sentence", async () => {
    const metering = await begin(metric)
    const [output, target] = [tf.zeros([1, 8, 16, 3]), tf.zeros([1, 16, 16, 3])]
    await expect(metering.update({ input: target, output, target })).rejects.toThrow(
      /^Expected outputs of the targets' shape \[1,16,16,3\] for \w+, but got \[1,8,16,3\]/,
    )
    tf.dispose([output, target])
    metering.dispose()
  })

  test("refuses images that are not finite in one sentence instead of giving them a value", async () => {
    const metering = await begin(metric)
    const { input, target, labels } = toTensors(await readBatch(dataset.splits.test, [0, 1]))
    const output = tf.fill([2, 16, 16, 3], Number.NaN)
    await expect(
      metering.update({ input: input!, output, target: target!, labels: labels! }),
    ).rejects.toThrow(
      /^Expected finite images to judge for \w+, but the outputs hold NaN or infinity; look at the trial's losses\.$/,
    )
    tf.dispose([input!, target!, labels!, output])
    metering.dispose()
  })

  test("leaves no tensor behind", async () => {
    await judged(metric, cut(all, 16))
    const before = tf.memory().numTensors
    await judged(metric, cut(all, 16))
    expect(tf.memory().numTensors).toBe(before)
  })
})

test("a metric that needs a judge says so in one sentence when it has none", async () => {
  for (const plugin of metrics) {
    const metric = buildMetric(plugin)
    if (Object.keys(metric.judges).length === 0) continue
    await expect(metric.begin({ dataset, datasetDigest: "", judges: {} })).rejects.toThrow(
      /^Expected the trained judge \w+ for \w+, but got none; train the metric's judges first\.$/,
    )
  }
})
