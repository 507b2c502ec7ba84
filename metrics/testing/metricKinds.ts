import { type OpenDataset, realImages } from "@saddlepoint/core/contracts/dataset"
import type {
  ClassifiedBatch,
  ClassMetric,
  ImageBatch,
  ImageMetric,
  Metric,
  MetricWorld,
  PairBatch,
  PairMetric,
  PointBatch,
  PointMetric,
} from "@saddlepoint/core/contracts/metric"
import { readBatch } from "@saddlepoint/core/play/loader"
import { toTensors } from "@saddlepoint/core/play/toTensors"
import type { Engine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { classMetrics, imageMetrics, pairMetrics, pointMetrics } from "../catalogue.ts"
import { domainClassifierPlugin } from "../judges/domainClassifier.ts"
import { domainFeaturesPlugin } from "../judges/domainFeatures.ts"
import { segmenterPlugin } from "../judges/segmenter.ts"
import { greyBars } from "../judges/testing/greyBars.ts"
import { stripesDataset } from "../judges/testing/stripes.ts"
import { answered, built, type MetricKind, noisy } from "./metricKind.ts"
import { openJudge, squaredDifferences } from "./openJudges.ts"

const sizes = { train: 12, validation: 1, test: answered }
const judges = {
  classifier: domainClassifierPlugin.build({ size: 4, steps: 1, seed: 0, width: 2 }),
  features: domainFeaturesPlugin.build({ steps: 1, seed: 0, width: 2 }),
  segmenter: segmenterPlugin.build({ steps: 1, seed: 0, width: 2 }),
  network: squaredDifferences,
}

/** The world of metrics of images, with their judges untrained; each judge is opened once. */
function worlds(dataset: OpenDataset, engine: () => Engine) {
  const opened = new Map<string, ReturnType<typeof openJudge>>()
  const open = (name: string, metric: Metric) => {
    const judge = opened.get(name) ?? openJudge(metric.judges[name]!, dataset, engine())
    opened.set(name, judge)
    return judge
  }
  return async (metric: Metric): Promise<MetricWorld> => {
    const names = Object.keys(metric.judges)
    const judges = await Promise.all(names.map(async (name) => [name, await open(name, metric)] as const))
    return { dataset, datasetDigest: "a".repeat(64), judges: Object.fromEntries(judges) }
  }
}

/** Metrics of sets over a dataset: batches hold outputs, and classes where images have them. */
export function imagesOf(
  name: string,
  dataset: OpenDataset,
  plugins: typeof imageMetrics,
  engine: () => Engine,
): MetricKind<ImageMetric, ImageBatch> {
  const { field } = realImages(dataset)
  const { test } = dataset.splits
  const isClassed = test.fields.label !== undefined
  const answers = async (indices: readonly number[]) => {
    const { [field]: real, label, ...rest } = toTensors(await readBatch(test, indices))
    const output = noisy(real!, indices)
    tf.dispose([real!, rest])
    return { output, ...(label === undefined ? {} : { labels: label }) }
  }
  return {
    name,
    metrics: plugins.map((plugin) => ({ plugin, metric: built(plugin, judges) })),
    world: worlds(dataset, engine),
    begin: (metric, world) => metric.begin(world),
    answers: async (indices) => [await answers(indices)],
    notFinite: async () => ({
      output: tf.fill([2, ...test.fields[field]!.shape], Number.NaN),
      ...(isClassed ? { labels: tf.zeros([2], "int32") } : {}),
    }),
    rounding: 1e-5,
  }
}

const stripes = stripesDataset(sizes)

/** Metrics of sets over images that answer an input; those that need classes judge samples alone. */
export const translatedImages = (engine: () => Engine) =>
  imagesOf(
    "images of a dataset with targets",
    stripes,
    imageMetrics.filter(({ name }) => !["askedClass", "classCoverage", "inceptionScore"].includes(name)),
    engine,
  )

/** Metrics of sets over samples: a dataset of grey images with a class each, without targets. */
export const samples = (engine: () => Engine) =>
  imagesOf("samples of a dataset of images", greyBars(sizes), imageMetrics, engine)

/** Metrics of pairs. */
export function pairs(engine: () => Engine): MetricKind<PairMetric, PairBatch> {
  const read = async (indices: readonly number[]) => {
    const { input, target, labels } = toTensors(await readBatch(stripes.splits.test, indices))
    return { input: input!, target: target!, labels: labels! }
  }
  return {
    name: "pairs",
    metrics: pairMetrics.map((plugin) => ({ plugin, metric: built(plugin, judges) })),
    world: worlds(stripes, engine),
    begin: (metric, world) => metric.begin(world),
    async answers(indices) {
      const batch = await read(indices)
      return [{ ...batch, output: noisy(batch.target, indices) }]
    },
    notFinite: async () => ({ ...(await read([0, 1])), output: tf.fill([2, 16, 16, 3], Number.NaN) }),
    rounding: 1e-5,
  }
}

/** Metrics of points: a mixture of two Gaussians, and points about their centres. */
export const points: MetricKind<PointMetric, PointBatch> = {
  name: "points",
  metrics: pointMetrics.map((plugin) => ({ plugin, metric: built(plugin) })),
  world: async () => ({
    dataset: {
      mixture: {
        centres: [
          [-1, 0],
          [1, 0],
        ],
        deviation: 0.1,
      },
      splits: {
        train: {
          size: 3,
          fields: { point: { shape: [2], dtype: "float32", range: [-1, 1] } },
          read: async () => ({ point: Float32Array.of(-1, 0, 1, 0, 0, 0.5) }),
        },
      },
    } as unknown as OpenDataset,
    datasetDigest: "a".repeat(64),
    judges: {},
  }),
  begin: (metric, world) => metric.begin(world),
  answers: async (indices) => {
    const rows = indices.map((at) => {
      const source = stream("metricKinds", "points", at)
      return [(at % 3 === 0 ? 1 : -1) + 0.2 * source.normal(), 0.2 * source.normal()]
    })
    return [{ output: tf.tensor2d(rows, [rows.length, 2]) }]
  },
  notFinite: async () => ({ output: tf.tensor2d([[Number.NaN, 0]]) }),
  rounding: 1e-12,
}

const classCount = 3
const source = stream("metricKinds", "logits")
const logits = Float32Array.from({ length: answered * classCount }, () => 2 * source.normal())

/** Answers about classes: logits of a stream, and label i of image i modulo the number of classes. */
export function classified(
  domain: "source" | "target",
  indices: readonly number[],
): ClassifiedBatch & { readonly label: tf.Tensor } {
  const rows = indices.flatMap((at) => [...logits.subarray(at * classCount, (at + 1) * classCount)])
  return {
    domain,
    image: tf.zeros([indices.length, 2, 2, 1]),
    output: tf.tensor2d(rows, [indices.length, classCount]),
    label: tf.tensor1d(
      indices.map((at) => at % classCount),
      "int32",
    ),
  }
}

/** Metrics of classes, of both domains. */
export const classes: MetricKind<ClassMetric, ClassifiedBatch> = {
  name: "classes",
  metrics: classMetrics.map((plugin) => ({ plugin, metric: built(plugin) })),
  // Metrics of classes look at nothing of the dataset but the names of its classes.
  world: async () => ({
    dataset: { classes: ["a", "b", "c"] } as unknown as OpenDataset,
    datasetDigest: "a".repeat(64),
    judges: {},
  }),
  begin: (metric, world) => metric.begin(world),
  answers: async (indices) => [classified("target", indices), classified("source", indices)],
  async notFinite() {
    const batch = classified("target", [0])
    batch.output.dispose()
    return { ...batch, output: tf.fill([1, classCount], Number.NaN) }
  },
  rounding: 1e-12,
}
