import type { OpenDataset, Split, SplitName } from "@saddlepoint/core/contracts/dataset"
import { stream } from "@saddlepoint/engine/random"

/** Names of the two classes of the test dataset. */
const stripes = ["rows", "columns"] as const

/**
 * A dataset for tests: images `[16, 16, 3]` whose left part has horizontal stripes and whose right part has vertical
 * ones, in a colour and with a border of its own for each image; labels say which. Without `labels` it has none.
 */
export function stripesDataset(
  sizes: Readonly<Record<SplitName, number>>,
  options: { readonly labels?: boolean; readonly onRead?: (split: SplitName) => void } = {},
): OpenDataset {
  const { labels = true, onRead } = options
  const split = (name: SplitName): Split => ({
    size: sizes[name],
    fields: {
      input: { shape: [16, 16, 3], dtype: "float32", range: [-1, 1] },
      target: { shape: [16, 16, 3], dtype: "float32", range: [-1, 1] },
      ...(labels ? { labels: { shape: [16, 16], dtype: "int32" as const, range: [0, 2] as const } } : {}),
    },
    async read(indices) {
      onRead?.(name)
      const target = new Float32Array(indices.length * 16 * 16 * 3)
      const classes = new Int32Array(indices.length * 16 * 16)
      for (const [at, index] of indices.entries()) paint(target, classes, at, name, index)
      return { input: target.slice(), target, ...(labels ? { labels: classes } : {}) }
    },
  })
  const splits = { train: split("train"), validation: split("validation"), test: split("test") }
  return labels ? { splits, classes: stripes } : { splits }
}

function paint(target: Float32Array, labels: Int32Array, at: number, split: SplitName, index: number): void {
  const source = stream("stripes", split, index)
  const border = 4 + source.integer(9)
  const colour = [source.uniform() - 0.5, source.uniform() - 0.5, source.uniform() - 0.5]
  for (let row = 0; row < 16; row++) {
    for (let column = 0; column < 16; column++) {
      const pixel = (at * 16 + row) * 16 + column
      const label = column < border ? 0 : 1
      const wave = (label === 0 ? row : column) % 4 < 2 ? 0.4 : -0.4
      labels[pixel] = label
      for (let c = 0; c < 3; c++) target[3 * pixel + c] = colour[c]! + wave
    }
  }
}
