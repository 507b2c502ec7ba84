import type { OpenDataset, Split } from "@saddlepoint/core/contracts/dataset"
import type { Trained } from "../trained/openTrained.ts"

/** A split of images `shape`, each of one value. */
export function flatImages(values: readonly number[], shape: readonly number[]): Split {
  const size = shape.reduce((product, side) => product * side, 1)
  return {
    size: values.length,
    fields: { image: { shape: [...shape], dtype: "float32", range: [-1, 1] } },
    read: async (indices) => ({
      image: Float32Array.from(
        { length: indices.length * size },
        (_, at) => values[indices[Math.floor(at / size)]!]!,
      ),
    }),
  }
}

/** A dataset of such images. */
export function flatDataset(
  train: readonly number[],
  test: readonly number[],
  shape: readonly number[] = [2, 2, 1],
): OpenDataset {
  const [trained, held] = [flatImages(train, shape), flatImages(test, shape)]
  return { splits: { train: trained, validation: flatImages([], shape), test: held } }
}

/** What a trial trained, that makes nothing. */
export function standInTrained(more: Partial<Trained> = {}): Trained {
  const nothing = async () => ({ values: new Float32Array(0), shape: [0, 2, 2, 1], range: "-1..1" }) as const
  return {
    experiment: "example",
    trial: "abcd",
    arm: "gan",
    seed: 1,
    answers: "samples",
    players: {},
    dataset: flatDataset([], []),
    sample: nothing,
    translate: nothing,
    fromLatents: nothing,
    latentSize: async () => 1,
    points: async () => ({ values: new Float32Array(0), shape: [0, 2] }),
    features: async () => undefined,
    dispose() {},
    ...more,
  }
}
