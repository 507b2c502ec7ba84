import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Dataset, OpenDataset, Split } from "../contracts/dataset.ts"
import type { Metering, PairBatch, PairMetric } from "../contracts/metric.ts"
import type { Model, Values } from "../contracts/player.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { ganPlugin } from "../methods/samples/gan.ts"
import { checkLaws } from "./checkLaws.ts"
import { exampleData } from "./exampleData.ts"
import { type PartKind, partSubjects } from "./partSubjects.ts"

/** Faults that somebody could make in a plug-in of their own: each is caught by the law of its name, and the sound one by none. */

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js", threads: 1 })
})
afterAll(() => engine.dispose())

async function broken(kind: PartKind, plugin: Plugin<never>): Promise<readonly string[]> {
  const { checked } = await checkLaws(partSubjects(kind, plugin), { engine, runs: 3 })
  return checked.flatMap(({ laws }) => laws.filter(({ status }) => status === "failed").map(({ law }) => law))
}

const named = { name: "own", version: 1, options: {} } as const

/** A dataset, changed. */
function dataset(change: (open: OpenDataset) => OpenDataset = (open) => open, digest = () => "own") {
  const open = () => exampleData({ image: "image", label: "class" })
  const build = (): Dataset => ({
    fields: { image: "image", label: "class" },
    labels: true,
    licence: "Made by a test.",
    missing: async () => [],
    digest: async () => digest(),
    open: async () => change(checked(open())),
  })
  return { ...named, kind: "dataset", build } as unknown as Plugin<never>
}

/** Splits that refuse what they do not have. */
function checked({ splits, ...rest }: OpenDataset): OpenDataset {
  const refusing = (split: Split): Split => ({
    ...split,
    async read(indices) {
      if (indices.some((index) => !Number.isInteger(index) || index < 0 || index >= split.size)) {
        throw new RangeError("Expected an index of the split.")
      }
      return split.read(indices)
    },
  })
  const { train, validation, test } = splits
  return {
    ...rest,
    splits: { train: refusing(train), validation: refusing(validation), test: refusing(test) },
  }
}

const everySplit = (open: OpenDataset, change: (split: Split) => Split): OpenDataset => {
  const { train, validation, test } = open.splits
  return { ...open, splits: { train: change(train), validation: change(validation), test: change(test) } }
}
let calls = 0

test.each<[string, Plugin<never>]>([
  ["", dataset()],
  [
    "fieldsAsDeclared",
    dataset((open) =>
      everySplit(open, (split) => ({
        ...split,
        read: async (indices) => ({
          ...(await split.read(indices)),
          label: Int32Array.from(indices, () => 3),
        }),
      })),
    ),
  ],
  [
    "pureReading",
    dataset((open) =>
      everySplit(open, (split) => ({
        ...split,
        async read(indices) {
          const read = await split.read(indices)
          calls += 1
          return { ...read, image: read.image!.map((value) => value * (1 - 1 / (2 + (calls % 7)))) }
        },
      })),
    ),
  ],
  ["steadyDigest", dataset(undefined, () => `${calls++}`)],
  [
    "refusesOutside",
    dataset((open) =>
      everySplit(open, (split) => ({
        ...split,
        read: (indices) => split.read(indices.map((index) => Math.abs(Math.floor(index)) % split.size)),
      })),
    ),
  ],
  [
    "disjointSplits",
    dataset(({ splits, ...rest }) => ({
      ...rest,
      splits: { ...splits, validation: { ...splits.train, size: 4 } },
    })),
  ],
])("of a dataset: %s", async (law, plugin) => {
  expect(await broken("dataset", plugin)).toEqual(law === "" ? [] : expect.arrayContaining([law]))
})

interface Fault {
  readonly start?: (seed: number) => number
  readonly apply?: (image: tf.Tensor, scale: tf.Variable) => Values
  readonly refuses?: Model["refuses"]
}

/** A generator that scales its image by one variable, changed. */
function model({ start = (seed) => 0.5 + 0.01 * seed, apply, refuses }: Fault = {}) {
  const build = (): Model => ({
    part: "generator",
    takes: { image: "always" },
    gives: ["image"],
    player(name, _fields, seed) {
      const first = tf.scalar(start(seed) + 0.001 * name.length)
      const scale = tf.variable(first)
      first.dispose()
      return {
        variables: { scale },
        state: {},
        apply: ({ image }) => (apply ?? ((x, by) => ({ image: tf.mul(x, by) })))(image!, scale),
        dispose: () => scale.dispose(),
      }
    },
    refuses:
      refuses ??
      (({ inputs }) =>
        inputs.image!.shape.length === 3 ? [] : ["Expected images, but got others; change the data."]),
    shapes: ({ inputs }) => ({ image: inputs.image!.shape }),
  })
  return { ...named, kind: "model", build } as unknown as Plugin<never>
}

test.each<[string, Plugin<never>]>([
  ["", model()],
  ["givesWhatItSays", model({ apply: (x, by) => ({ image: tf.mul(tf.slice(x, [0, 1]), by) }) })],
  ["givesWhatItSays", model({ apply: (x, by) => ({ image: tf.mul(tf.log(x), by) }) })],
  ["seededStart", model({ start: () => 0.5 })],
  ["everyVariableLearns", model({ apply: (x) => ({ image: tf.mul(x, 0.5) }) })],
  ["hearsAndIsHeard", model({ start: (seed) => 1e-4 * seed })],
  [
    "repeatable",
    model({
      apply(x, by) {
        calls += 1
        return { image: tf.mul(x, tf.add(by, calls / 1000)) }
      },
    }),
  ],
  ["repeatable", model({ apply: (x, by) => ({ image: tf.mul(x, tf.mul(by, tf.keep(tf.scalar(1)))) }) })],
  ["refusesInSentences", model({ refuses: () => [] })],
])("of a model: %s", async (law, plugin) => {
  expect(await broken("model", plugin)).toEqual(law === "" ? [] : expect.arrayContaining([law]))
})

/** The mean absolute error, changed. */
function metric(
  change: (
    metering: Metering<PairBatch>,
    state: { values: number[] },
  ) => Partial<Metering<PairBatch>> = () => ({}),
) {
  const build = (): PairMetric => ({
    name: "own",
    outputs: [{ name: "own", higherIsBetter: false, unit: "", range: [0, 2] }],
    judged: "pairs",
    needsLabels: false,
    judges: {},
    async begin({ datasetDigest }) {
      const state = { values: [] as number[] }
      const metering: Metering<PairBatch> = {
        async update({ output, target }) {
          const errors = tf.tidy(() => tf.mean(tf.abs(tf.sub(output, target)), [1, 2, 3]))
          state.values.push(...(await errors.data()))
          errors.dispose()
        },
        async compute() {
          if (state.values.length === 0) throw new Error("Expected at least 1 image, but got 0; judge some.")
          const own = state.values.toSorted().reduce((sum, value) => sum + value, 0) / state.values.length
          const identity = { metric: "own", version: 1, dataset: datasetDigest, images: state.values.length }
          return { values: { own }, identity }
        },
        dispose() {},
      }
      return { ...metering, ...change(metering, state) }
    },
  })
  return { ...named, kind: "metric", build } as unknown as Plugin<never>
}

test.each<[string, Plugin<never>]>([
  ["", metric()],
  [
    "declaredOutputs",
    metric(({ compute }) => ({ compute: async () => ({ ...(await compute()), values: { other: 1 } }) })),
  ],
  [
    "declaredOutputs",
    metric(({ compute }) => ({ compute: async () => ({ ...(await compute()), values: { own: -1 } }) })),
  ],
  [
    "batchesDoNotMatter",
    metric(({ compute }, { values }) => ({
      compute: async () => ({ ...(await compute()), values: { own: values.at(-1)! } }),
    })),
  ],
  [
    "perfectIsBest",
    metric(({ compute }) => ({
      compute: async () => {
        const { values, identity } = await compute()
        return { identity, values: { own: 1 - values.own! } }
      },
    })),
  ],
  [
    "namedIdentity",
    metric(({ compute }) => ({
      compute: async () => ({ ...(await compute()), identity: { metric: "own" } }),
    })),
  ],
  ["refusesNothing", metric(() => ({ compute: async () => ({ values: { own: 0 }, identity: {} }) }))],
  [
    "leavesNothing",
    metric(({ update }) => ({
      update(batch) {
        tf.keep(tf.scalar(1))
        return update(batch)
      },
    })),
  ],
])("of a metric: %s", async (law, plugin) => {
  expect(await broken("metric", plugin)).toEqual(law === "" ? [] : expect.arrayContaining([law]))
})

/** A GAN of images, changed. */
const method = (change: (built: ReturnType<typeof ganPlugin.build>) => object) =>
  ({
    ...ganPlugin,
    build: (options: never) => {
      const built = ganPlugin.build(options)
      return { ...built, ...change(built) }
    },
  }) as unknown as Plugin<never>

test.each<[string, Plugin<never>]>([
  [
    "plays",
    method(({ stages }) => ({
      stages: (dataset: OpenDataset) =>
        stages(dataset).map((stage) => ({
          ...stage,
          data: async () => ({
            ...dataset.splits.train,
            read: async (indices: readonly number[]) => ({
              image: new Float32Array(indices.length * 256).fill(Number.NaN),
            }),
          }),
        })),
    })),
  ],
  [
    "exactResume",
    method(({ stages }) => ({
      stages: (dataset: OpenDataset) => {
        let step = 0
        return stages(dataset).map((stage) => ({
          ...stage,
          data: async () => ({
            ...dataset.splits.train,
            read: async (indices: readonly number[]) =>
              dataset.splits.train.read(indices.map(() => step++ % 24)),
          }),
        }))
      },
    })),
  ],
  [
    "answers",
    method(() => ({
      answer:
        async () =>
        (_batch: unknown, { count }: { count: number }) =>
          tf.fill([count, 16, 16, 1], 2),
    })),
  ],
])("of a method: %s", async (law, plugin) => {
  expect(await broken("method", plugin)).toEqual(expect.arrayContaining([law]))
})
