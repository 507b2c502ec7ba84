import type { Dataset, OpenDataset, Split } from "../contracts/dataset.ts"
import type { Plugin } from "../contracts/plugin.ts"

const side = 16

/** Two classes side by side, class 1 brighter by example; small enough for any engine. */
function split(size: number, shift: number): Split {
  const pixels = side * side
  return {
    size,
    fields: {
      input: { shape: [side, side, 3], dtype: "float32", range: [-1, 1] },
      target: { shape: [side, side, 3], dtype: "float32", range: [-1, 1] },
      labels: { shape: [side, side], dtype: "int32", range: [0, 1], classes: 2 },
    },
    async read(indices) {
      const input = new Float32Array(indices.length * pixels * 3)
      const target = new Float32Array(indices.length * pixels * 3)
      const labels = new Int32Array(indices.length * pixels)
      for (const [row, index] of indices.entries()) {
        for (let pixel = 0; pixel < pixels; pixel++) {
          const label = pixel % side < side / 2 ? 0 : 1
          labels[row * pixels + pixel] = label
          for (let c = 0; c < 3; c++) {
            const at = (row * pixels + pixel) * 3 + c
            input[at] = label === 0 ? -1 : 1
            target[at] = label === 0 ? -0.5 : (index + shift) / 16 + c / 8
          }
        }
      }
      return { input, target, labels }
    },
  }
}

const splits = { train: split(4, 0), validation: split(1, 5), test: split(3, 1) }

export const labelled: OpenDataset = { splits, classes: ["left", "right"] }
export const unlabelled: OpenDataset = { splits }

export const paired: Dataset = {
  fields: { input: "image", target: "image", labels: "labelMap" },
  labels: true,
  licence: "none",
  missing: async () => [],
  digest: async () => "fixture",
  open: async () => labelled,
}

/** `paired` as a plug-in that definitions name `fixture`. */
export const fixture: Plugin<"dataset"> = {
  kind: "dataset",
  name: "fixture",
  version: 1,
  options: {},
  build: () => paired,
}
