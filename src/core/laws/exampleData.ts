import { stream } from "@saddlepoint/engine/random"
import type { DataField, Dataset, Split } from "../contracts/dataset.ts"
import type { FieldKind, FieldKinds } from "../contracts/field.ts"
import type { Plugin } from "../contracts/plugin.ts"
import type { UnpairedDataset } from "../methods/translation/unpairedDomains.ts"

const side = 16
const classes = 3

const fieldOf: Readonly<Record<FieldKind, DataField>> = {
  image: { shape: [side, side, 1], dtype: "float32", range: [-1, 1] },
  point: { shape: [2], dtype: "float32", range: [-1, 1] },
  text: { shape: [5], dtype: "float32", range: [-1, 1] },
  class: { shape: [], dtype: "int32", range: [0, classes - 1], classes },
  labelMap: { shape: [side, side], dtype: "int32", range: [0, classes - 1], classes },
}

/**
 * A small dataset of any fields, for trying methods and metrics: images of 16 x 16 grey pixels of a bright bar in noise, points, texts and classes. All
 * of an example's images show the same bar, so that pairs are pairs.
 */
export function exampleData(kinds: FieldKinds): UnpairedDataset {
  const split = (name: string, size: number): Split => ({
    size,
    fields: Object.fromEntries(Object.entries(kinds).map(([field, kind]) => [field, fieldOf[kind]])),
    async read(indices) {
      return Object.fromEntries(
        Object.entries(kinds).map(([field, kind]) => {
          const rows = indices.map((index) => example(kind, field, name, index))
          const values = rows.flat()
          return [
            field,
            fieldOf[kind].dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values),
          ]
        }),
      )
    },
  })
  const images = (name: string): Split => {
    const { size, read } = split(name, 24)
    const first = Object.keys(kinds).find((field) => kinds[field] === "image")
    return {
      size,
      fields: { image: fieldOf.image },
      read: async (indices) => ({ image: (await read(indices))[first!]! }),
    }
  }
  return {
    // Of methods without pairs: what their data give to training.
    unpaired: { A: images("A"), B: images("B") },
    splits: { train: split("train", 24), validation: split("validation", 4), test: split("test", 8) },
    classes: ["a", "b", "c"],
    mixture: {
      centres: [
        [-0.5, 0],
        [0.5, 0],
      ],
      deviation: 0.2,
    },
  }
}

function example(kind: FieldKind, field: string, split: string, index: number): readonly number[] {
  const shared = stream("laws", split, index)
  const place = 2 + shared.integer(side - 4)
  const own = stream("laws", split, index, field)
  if (kind === "class") return [index % classes]
  if (kind === "labelMap") {
    return Array.from({ length: side * side }, (_, at) => (at % side < place ? index % classes : 0))
  }
  if (kind === "image") {
    return Array.from({ length: side * side }, (_, at) => {
      const level = Math.abs((at % side) - place) < 2 ? 0.7 : -0.7
      return Math.max(-1, Math.min(1, level + 0.1 * own.normal()))
    })
  }
  const size = fieldOf[kind].shape[0]!
  return Array.from({ length: size }, () => Math.max(-1, Math.min(1, 0.4 * own.normal())))
}

/** The dataset as a plug-in, for methods to be built on; it is opened by the laws alone. */
export function exampleDataPlugin(kinds: FieldKinds): Plugin<"dataset", Dataset> {
  return {
    kind: "dataset",
    name: "exampleData",
    version: 1,
    options: {},
    build: (): Dataset => ({
      fields: kinds,
      labels: Object.values(kinds).some((kind) => kind === "class" || kind === "labelMap"),
      licence: "Made from noise, by the laws.",
      missing: async () => [],
      digest: async () => "example data",
      open: async () => exampleData(kinds),
    }),
  }
}
