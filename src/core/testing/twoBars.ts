import { stream } from "@saddlepoint/engine/random"
import { type Dataset, imagesAlone, type OpenDataset, type Split } from "../contracts/dataset.ts"
import type { Plugin } from "../contracts/plugin.ts"

const [side, classes] = [12, 2]

/** Images `[12, 12, 1]` of a bright bar that lies or stands (the class), in a place of its own; `shift` moves grey levels. */
function bars(name: string, size: number, shift: number, labels = (index: number) => index % classes): Split {
  return {
    size,
    fields: {
      image: { shape: [side, side, 1], dtype: "float32", range: [-1, 1] },
      label: { shape: [], dtype: "int32", range: [0, classes - 1], classes },
    },
    async read(indices) {
      const image = new Float32Array(indices.length * side * side)
      for (const [at, index] of indices.entries()) {
        const source = stream("bars", name, index)
        const place = 2 + source.integer(side - 4)
        for (let row = 0; row < side; row++) {
          for (let column = 0; column < side; column++) {
            const inside = (index % classes === 0 ? row : column) === place
            image[(at * side + row) * side + column] = (inside ? 0.8 : -0.8) + shift + 0.1 * source.normal()
          }
        }
      }
      return { image, label: Int32Array.from(indices, labels) }
    },
  }
}

export interface Bars {
  /** How far the target's grey levels are moved. */
  readonly shift?: number
  /** The target's labels by index; those of the images where left out. */
  readonly labels?: (index: number) => number
}

/** Two small domains for tests: bars, and bars of other grey levels. */
export function twoBars({ shift = 0.4, labels }: Bars = {}): OpenDataset {
  const source = (name: string, size: number) => bars(`source/${name}`, size, 0)
  const target = (name: string, size: number) => bars(`target/${name}`, size, shift, labels)
  const [train, validation] = [source("train", 40), source("validation", 10)]
  return {
    splits: { train, validation, test: target("test", 20) },
    classes: ["lying", "standing"],
    domains: {
      source: { train, validation },
      target: { train: imagesAlone(target("train", 40)), validation: imagesAlone(target("validation", 10)) },
      classes: ["lying", "standing"],
    },
    sourceTest: source("test", 20),
    targetValidation: target("validation", 10),
  }
}

/** The dataset as a plug-in, for definitions in tests. */
export const barsPlugin: Plugin<"dataset", Dataset> = {
  kind: "dataset",
  name: "bars",
  version: 1,
  options: {},
  build: (): Dataset => ({
    fields: { "source.image": "image", "source.label": "class", "target.image": "image" },
    labels: true,
    licence: "Made by a test.",
    missing: async () => [],
    digest: async () => "b".repeat(64),
    open: async () => twoBars(),
  }),
}

/** One domain of the dataset as a plug-in: images alone, with their classes. */
export const scenesPlugin: Plugin<"dataset", Dataset> = {
  kind: "dataset",
  name: "scenes",
  version: 1,
  options: {},
  build: (): Dataset => ({
    fields: { image: "image", label: "class" },
    labels: true,
    licence: "Made by a test.",
    missing: async () => [],
    digest: async () => "s".repeat(64),
    open: async () => ({ splits: twoBars().splits, classes: twoBars().classes! }),
  }),
}
