import type { OpenDataset, Split, SplitName } from "@saddlepoint/core/contracts/dataset"
import { stream } from "@saddlepoint/engine/random"

const side = 28

/**
 * A dataset for tests of samples: grey images `[28, 28, 1]` with a class each and no target. Those of class 0 have a
 * horizontal bar, those of class 1 a vertical one, at a place and of a brightness of their own.
 */
export function greyBars(sizes: Readonly<Record<SplitName, number>>): OpenDataset {
  const split = (name: SplitName): Split => ({
    size: sizes[name],
    fields: {
      image: { shape: [side, side, 1], dtype: "float32", range: [-1, 1] },
      label: { shape: [], dtype: "int32", range: [0, 2], classes: 2 },
    },
    read: async (indices) => ({
      image: Float32Array.from(indices.flatMap((index) => [...barOf(name, index)])),
      label: Int32Array.from(indices, (index) => index % 2),
    }),
  })
  return {
    splits: { train: split("train"), validation: split("validation"), test: split("test") },
    classes: ["horizontal", "vertical"],
  }
}

function barOf(split: SplitName, index: number): Float32Array {
  const source = stream("grey bars", split, index)
  const [place, light] = [4 + source.integer(20), 0.2 + 0.6 * source.uniform()]
  return Float32Array.from({ length: side * side }, (_, at) => {
    const across = index % 2 === 0 ? Math.floor(at / side) : at % side
    return Math.abs(across - place) < 3 ? light : -1
  })
}
