import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../contracts/axis.ts"
import type { Dataset } from "../contracts/dataset.ts"
import type { Judge } from "../contracts/judge.ts"
import type { AdversarialLoss, AnyLoss, ReconstructionLoss } from "../contracts/loss.ts"
import type { PairsMethod } from "../contracts/method.ts"
import type { ImageMetric, Metric } from "../contracts/metric.ts"
import type { Optimiser } from "../contracts/optimiser.ts"
import type { Model } from "../contracts/player.ts"
import { type Kind, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { pluginMap } from "../declare/definition.ts"

/** Small plug-ins that definitions in tests are put together from: they build, but never play. */

export const never = (what: string) => (): never => {
  throw new Error(`never ${what} in these tests`)
}

const or = <const T>(schema: Schema.Codec<T>, value: NoInfer<T>) =>
  schema.pipe(Schema.withDecodingDefaultKey(Effect.succeed(value)))
const count = Schema.Int.check(Schema.isGreaterThan(0))

const pairs = { input: "image", target: "image" } as const
const labelledPairs = { ...pairs, labels: "labelMap" } as const
const domains = { "A.image": "image", "B.image": "image" } as const

const split = { size: 100, fields: {}, read: never("read") }
/** As many examples as most, which nobody reads. */
const splits = { train: split, validation: split, test: split }
const openDataset = { splits, domains: { source: splits, target: splits, classes: [] } }

export function dataset(
  name: string,
  { fields, labels }: Pick<Dataset, "fields" | "labels">,
  options: Schema.Struct.Fields,
): Plugin<"dataset", Dataset> {
  return {
    kind: "dataset",
    name,
    version: 1,
    options,
    build: (chosen: Readonly<Record<string, unknown>>): Dataset => ({
      fields,
      labels,
      licence: "none",
      missing: async () =>
        chosen.folder === "nowhere" ? ['expected a folder at "nowhere" but there is none; set its path'] : [],
      digest: async () => `${name} ${JSON.stringify(chosen)}`,
      open: async () => openDataset,
    }),
  }
}

const tilesFacts = { fields: labelledPairs, labels: true } as const
const photosFacts = { fields: pairs, labels: false } as const

export const tilesPlugin = dataset("tiles", tilesFacts, { size: or(count, 64), seed: or(Schema.Natural, 0) })
export const photosPlugin = dataset("photos", photosFacts, { folder: Schema.String })
export const horsesPlugin = dataset("horses", { fields: domains, labels: false }, {})

/** A model with its options, so that tests see which were chosen. */
const model =
  (recipe: Omit<Model, "player">) =>
  (options: object): Model => ({ ...options, ...recipe, player: never("made") })

export const netPlugin: Plugin<"model", Model> = {
  kind: "model",
  name: "net",
  version: 1,
  options: { width: or(count, 16), norm: or(Schema.Literals(["none", "batch", "instance"]), "none") },
  build: model({ part: "generator", takes: { image: "always" }, gives: ["image"] }),
}

export const criticPlugin: Plugin<"model", Model> = {
  kind: "model",
  name: "critic",
  version: 1,
  options: { field: or(count, 70), width: or(count, 8) },
  check: ({ field }: { field: number }) =>
    [1, 4, 7, 16, 70].includes(field)
      ? []
      : [{ path: ["field"], message: `expected a receptive field out of 1, 4, 7, 16, 70 but got ${field}` }],
  build: model({
    part: "discriminator",
    takes: { image: "always", condition: "optionally" },
    gives: ["scores"],
  }),
}

function loss<L extends AnyLoss>(
  name: string,
  recipe: Omit<L, "name" | "weight" | "scope">,
): Plugin<"loss", L> {
  const weight = Schema.Finite.check(Schema.isGreaterThan(0))
  return {
    kind: "loss",
    name,
    version: 1,
    options: { weight: or(weight, 1) },
    build: (options: { weight: number }) =>
      ({ ...recipe, ...options, name, scope: "example" }) as unknown as L,
  }
}

function reconstruction(name: string): Plugin<"loss", ReconstructionLoss> {
  return loss<ReconstructionLoss>(name, {
    role: "reconstruction",
    sides: { learner: never("computed") },
    laws: { atTarget: 0, smoothAtTarget: false },
  })
}

export const l1Plugin = reconstruction("l1")
export const l2Plugin = reconstruction("l2")
export const adversarialPlugin = loss<AdversarialLoss>("adversarial", {
  role: "adversarial",
  sides: { learner: never("computed"), opponent: never("computed") },
  laws: { values: [] },
})

export const sgdPlugin: Plugin<"optimiser", Optimiser> = {
  kind: "optimiser",
  name: "sgd",
  version: 1,
  options: { rate: or(Schema.Finite, 0.01) },
  build: ({ rate }: { rate: number }) => ({
    name: "sgd",
    rate,
    scalars: {},
    init: () => ({}),
    update: never("updated"),
  }),
}

interface Parts {
  readonly data: Dataset
  readonly discriminator?: unknown
  readonly losses: readonly { readonly use: string }[]
}

export const translatePlugin: Plugin<"method", PairsMethod> = {
  kind: "method",
  name: "translate",
  version: 1,
  options: { batch: or(count, 4), tags: Schema.optionalKey(Schema.Array(Schema.String)) },
  slots: {
    data: { kind: "dataset" },
    generator: { kind: "model" },
    discriminator: { kind: "model", optional: true },
    losses: { kind: "loss", many: true },
    optimiser: { kind: "optimiser", default: use(sgdPlugin) },
  },
  check: ({ losses, discriminator }: Parts) =>
    losses.some((item) => item.use === "adversarial") && discriminator === undefined
      ? [
          {
            path: ["discriminator"],
            message: "expected a discriminator for the adversarial loss but got none",
          },
        ]
      : [],
  build: ({ data }: Parts) => ({
    answers: "pairs",
    requires: pairs,
    data,
    stages: () => [],
    answer: async () => never("played")(),
  }),
}

export const featuresPlugin: Plugin<"judge", Judge> = {
  kind: "judge",
  name: "features",
  version: 1,
  options: { steps: or(count, 50), seed: or(Schema.Natural, 0) },
  build: ({ steps, seed }: { steps: number; seed: number }) => ({
    seed,
    steps,
    player: "features",
    task: "none",
    stages: () => [],
    exam: async () => never("examined")(),
  }),
}

function metric(name: string, needsLabels: boolean, judged: boolean): Plugin<"metric", Metric> {
  return {
    kind: "metric",
    name,
    version: 1,
    options: {},
    slots: judged ? { features: { kind: "judge", default: use(featuresPlugin) } } : {},
    build: (chosen: { features?: Judge }): ImageMetric => ({
      name,
      outputs: [{ name, higherIsBetter: false, unit: "", range: [0, 1] }],
      judged: "images",
      needsLabels,
      judges: chosen.features === undefined ? {} : { features: chosen.features },
      begin: async () => never("judged")(),
    }),
  }
}

export const psnrPlugin = metric("psnr", false, false)
export const fidPlugin = metric("fid", false, true)
export const accuracyPlugin = metric("accuracy", true, true)

export const catalogue = pluginMap([
  tilesPlugin,
  photosPlugin,
  horsesPlugin,
  netPlugin,
  criticPlugin,
  l1Plugin,
  l2Plugin,
  adversarialPlugin,
  translatePlugin,
  psnrPlugin,
  fidPlugin,
  accuracyPlugin,
])

type Chosen = Readonly<Record<string, unknown>>
type Pairs<Labels extends boolean> = Use<
  "dataset",
  { readonly fields: typeof pairs; readonly labels: Labels }
>
type Reconstruction = Use<"loss", { readonly role: "reconstruction" }>

export const tiles = (options: Chosen = {}): Use<"dataset", typeof tilesFacts> => use(tilesPlugin, options)
export const photos = (options: Chosen): Use<"dataset", typeof photosFacts> => use(photosPlugin, options)
export const net = (options: Chosen = {}): Use<"model", { readonly part: "generator" }> =>
  use(netPlugin, options)
export const critic = (options: Chosen = {}): Use<"model", { readonly part: "discriminator" }> =>
  use(criticPlugin, options)
export const l1 = (weight?: unknown): Reconstruction => use(l1Plugin, { weight })
export const l2 = (weight?: unknown): Reconstruction => use(l2Plugin, { weight })
export const adversarial = (weight?: unknown): Use<"loss", { readonly role: "adversarial" }> =>
  use(adversarialPlugin, { weight })
export const psnr = (): Use<"metric", { readonly needsLabels: false }> => use(psnrPlugin)
export const fid = (features?: Use<"judge">): Use<"metric", { readonly needsLabels: false }> =>
  use(fidPlugin, { features })
export const accuracy = (): Use<"metric", { readonly needsLabels: true }> => use(accuracyPlugin)
export const features = (options: Chosen = {}): Use<"judge"> => use(featuresPlugin, options)

export function translate<Labels extends boolean>(
  options: { readonly data: Sweepable<Pairs<Labels>> } & Chosen,
): Use<"method", { readonly labels: Labels; readonly answers: "pairs" }> {
  return use(translatePlugin, options)
}

/** The plug-ins of the catalogue with one of them replaced. */
export function withPlugin(plugin: Plugin<Kind>): ReturnType<typeof pluginMap> {
  return new Map([...catalogue, [`${plugin.kind}/${plugin.name}`, plugin]])
}
