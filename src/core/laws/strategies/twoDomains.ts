import { stream } from "@saddlepoint/engine/random"
import * as Schema from "effect/Schema"
import {
  type Dataset,
  type Domains,
  imagesAlone,
  type OpenDataset,
  type Split,
} from "../../contracts/dataset.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"

const side = 8
const classes = ["lying", "standing", "slanting"]

const twoDomainsFields = {
  "source.image": "image",
  "source.label": "class",
  "target.image": "image",
} as const

/** What the laws vary of the data. */
export interface DomainOptions {
  /** Of the images. */
  readonly seed: number
  /** How far the target's grey levels are moved. */
  readonly shift: number
  /** Whether the target's labels are noise instead of what its images show. */
  readonly noisyLabels: boolean
}

/**
 * Two domains of 8x8 grey images of a bright bar that lies, stands or slants (the class), in a place of its own; the target's
 * grey levels are moved. As with any two domains, training is shown the target's images alone, while the opened dataset
 * holds its labels for judging: whoever reaches for them there is found out by `unreachableLabels`.
 */
export const twoDomainsPlugin: Plugin<"dataset", Dataset> = {
  kind: "dataset",
  name: "twoDomains",
  version: 1,
  options: { seed: Schema.Int, shift: Schema.Finite, noisyLabels: Schema.Boolean },
  build: (options: DomainOptions): Dataset => ({
    fields: twoDomainsFields,
    labels: true,
    licence: "Made from noise, by the laws.",
    missing: async () => [],
    digest: async () => `two domains ${JSON.stringify(options)}`,
    open: async () => openTwoDomains(options),
  }),
}

export function twoDomains(
  options: DomainOptions,
): Use<"dataset", { readonly fields: typeof twoDomainsFields; readonly labels: true }> {
  return use(twoDomainsPlugin, { ...options })
}

/** The dataset, opened. */
export function openTwoDomains(options: DomainOptions): OpenDataset & { readonly domains: Domains } {
  const source = (name: string, size: number) =>
    bars({ ...options, shift: 0, noisyLabels: false }, `source/${name}`, size)
  const target = (name: string, size: number) => bars(options, `target/${name}`, size)
  const [train, validation] = [source("train", 24), source("validation", 9)]
  return {
    splits: { train, validation, test: target("test", 9) },
    classes,
    domains: {
      source: { train, validation },
      target: { train: imagesAlone(target("train", 24)), validation: imagesAlone(target("validation", 9)) },
      classes,
    },
    sourceTest: source("test", 9),
    targetValidation: target("validation", 9),
  }
}

function bars({ seed, shift, noisyLabels }: DomainOptions, name: string, size: number): Split {
  const shows = (index: number) => index % classes.length
  /** Any class but the one that the image shows. */
  const noise = (index: number) => {
    const away = 1 + stream(seed, "noise", name, index).integer(classes.length - 1)
    return (shows(index) + away) % classes.length
  }
  return {
    size,
    fields: {
      image: { shape: [side, side, 1], dtype: "float32", range: [-1, 1] },
      label: { shape: [], dtype: "int32", range: [0, classes.length - 1], classes: classes.length },
    },
    async read(indices) {
      const image = new Float32Array(indices.length * side * side)
      for (const [at, index] of indices.entries()) {
        const numbers = stream(seed, "bars", name, index)
        const place = 2 + numbers.integer(side - 4)
        for (let row = 0; row < side; row++) {
          for (let column = 0; column < side; column++) {
            const along = [row, column, (row + column) / 2][shows(index)]!
            const level = (along === place ? 0.6 : -0.8) + shift + 0.1 * numbers.normal()
            image[(at * side + row) * side + column] = Math.max(-1, Math.min(1, level))
          }
        }
      }
      return { image, label: Int32Array.from(indices, noisyLabels ? noise : shows) }
    },
  }
}
