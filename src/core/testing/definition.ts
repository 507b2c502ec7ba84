import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../contracts/axis.ts"
import type { Dataset } from "../contracts/dataset.ts"
import { pluginMap } from "../declare/definition.ts"
import type { Judge } from "../contracts/judge.ts"
import type { Method } from "../contracts/method.ts"
import type { ImageMetric, Metric } from "../contracts/metric.ts"
import { type Kind, type Plugin, type Use, use } from "../contracts/plugin.ts"

/** Small plug-ins that definitions in tests are put together from: they build, but never play. */

const or = <const T>(schema: Schema.Codec<T>, value: NoInfer<T>) =>
  schema.pipe(Schema.withDecodingDefaultKey(Effect.succeed(value)))
const count = Schema.Int.check(Schema.isGreaterThan(0))

function dataset(
  name: string,
  contract: Dataset["contract"],
  labels: boolean,
  options: Schema.Struct.Fields,
): Plugin<"dataset", Dataset> {
  return {
    kind: "dataset",
    name,
    version: 1,
    options,
    build: (chosen: Readonly<Record<string, unknown>>) => ({
      contract,
      labels,
      licence: "none",
      missing: async () =>
        chosen.folder === "nowhere" ? ['expected a folder at "nowhere" but there is none; set its path'] : [],
      digest: async () => `${name} ${JSON.stringify(chosen)}`,
      open: () => Promise.reject(new Error("never opened in these tests")),
    }),
  }
}

export const tilesPlugin = dataset("tiles", "paired", true, {
  size: or(count, 64),
  seed: or(Schema.Natural, 0),
})
export const photosPlugin = dataset("photos", "paired", false, { folder: Schema.String })
export const horsesPlugin = dataset("horses", "unpaired", false, {})

const build = (options: unknown) => options

export const netPlugin: Plugin<"model"> = {
  kind: "model",
  name: "net",
  version: 1,
  options: { width: or(count, 16), norm: or(Schema.Literals(["none", "batch", "instance"]), "none") },
  build,
}

export const criticPlugin: Plugin<"model"> = {
  kind: "model",
  name: "critic",
  version: 1,
  options: { field: or(count, 70), width: or(count, 8) },
  check: ({ field }: { field: number }) =>
    [1, 4, 7, 16, 70].includes(field)
      ? []
      : [{ path: ["field"], message: `expected a receptive field out of 1, 4, 7, 16, 70 but got ${field}` }],
  build,
}

function loss(name: string): Plugin<"loss"> {
  const weight = Schema.Finite.check(Schema.isGreaterThan(0))
  return { kind: "loss", name, version: 1, options: { weight: or(weight, 1) }, build }
}

export const l1Plugin = loss("l1")
export const l2Plugin = loss("l2")
export const adversarialPlugin = loss("adversarial")

export const sgdPlugin: Plugin<"optimiser"> = {
  kind: "optimiser",
  name: "sgd",
  version: 1,
  options: { rate: or(Schema.Finite, 0.01) },
  build,
}

interface Parts {
  readonly data: Dataset
  readonly discriminator?: unknown
  readonly losses: readonly { readonly use: string }[]
}

export const translatePlugin: Plugin<"method", Method> = {
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
    requires: "paired",
    data,
    stages: () => [],
    answer: () => Promise.reject(new Error("never played in these tests")),
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
      begin: () => Promise.reject(new Error("never judged in these tests")),
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
type Data<Contract, Labels> = Use<"dataset", { contract: Contract; labels: Labels }>

export const tiles = (options: Chosen = {}): Data<"paired", true> => use(tilesPlugin, options)
export const photos = (options: Chosen): Data<"paired", false> => use(photosPlugin, options)
export const net = (options: Chosen = {}): Use<"model"> => use(netPlugin, options)
export const critic = (options: Chosen = {}): Use<"model"> => use(criticPlugin, options)
export const l1 = (weight?: unknown): Use<"loss"> => use(l1Plugin, { weight })
export const l2 = (weight?: unknown): Use<"loss"> => use(l2Plugin, { weight })
export const adversarial = (weight?: unknown): Use<"loss"> => use(adversarialPlugin, { weight })
export const psnr = (): Use<"metric", { readonly needsLabels: false }> => use(psnrPlugin)
export const fid = (features?: Use<"judge">): Use<"metric", { readonly needsLabels: false }> =>
  use(fidPlugin, { features })
export const accuracy = (): Use<"metric", { readonly needsLabels: true }> => use(accuracyPlugin)
export const features = (options: Chosen = {}): Use<"judge"> => use(featuresPlugin, options)

export function translate<Labels extends boolean>(
  options: { readonly data: Sweepable<Data<"paired", Labels>> } & Chosen,
): Use<"method", { readonly labels: Labels }> {
  return use(translatePlugin, options)
}

/** The plug-ins of the catalogue with one of them replaced. */
export function withPlugin(plugin: Plugin<Kind>): ReturnType<typeof pluginMap> {
  return new Map([...catalogue, [`${plugin.kind}/${plugin.name}`, plugin]])
}
