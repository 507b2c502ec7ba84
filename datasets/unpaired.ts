import { imagesAlone, type OpenDataset, type Split } from "@saddlepoint/core/contracts/dataset"
import { use } from "@saddlepoint/core/contracts/plugin"
import type { UnpairedDataset } from "@saddlepoint/core/methods/translation/unpairedDomains"
import { composedDataset } from "./composed/composedDataset.ts"
import { exampleIndex } from "./formats/exampleIndex.ts"
import { type DatasetUse, unlabelledImages } from "./formats/fields.ts"

/** What training sees of the domains. */
const domainFields = { "A.image": "image", "B.image": "image" } as const

export const unpairedPlugin = composedDataset({
  name: "unpaired",
  version: 1,
  parts: { A: unlabelledImages, B: unlabelledImages },
  fields: domainFields,
  labels: () => false,
  compose: ({ A, B }) => unpairedDomains(A, B),
})

/**
 * The images of two datasets as domains A and B, which nothing pairs; labels, where there are any, cannot be reached.
 *
 * Both must give `image`, of one shape. Fields: `A.image` and `B.image` float32 `[height, width, channels]` in [-1, 1]. Metrics of
 * sets compare translations with B's training images; metrics of pairs have nothing to compare.
 */
export function unpaired(spec: {
  readonly A: DatasetUse<typeof unlabelledImages, boolean>
  readonly B: DatasetUse<typeof unlabelledImages, boolean>
}): DatasetUse<typeof domainFields, false> {
  return use(unpairedPlugin, { ...spec })
}

/** Puts two opened datasets side by side. */
export function unpairedDomains(A: OpenDataset, B: OpenDataset): UnpairedDataset {
  return {
    unpaired: { A: imagesAlone(A.splits.train), B: imagesAlone(B.splits.train) },
    splits: {
      // Each image of B once: these are what sets of translations are compared with.
      train: sideBySide(A.splits.train, B.splits.train, B.splits.train.size),
      validation: sideBySide(A.splits.validation, B.splits.validation, A.splits.validation.size),
      test: sideBySide(A.splits.test, B.splits.test, A.splits.test.size),
    },
  }
}

/** Both splits from their starts, the shorter one again and again. */
function sideBySide(A: Split, B: Split, size: number): Split {
  const imagesAt = async (split: Split, indices: readonly number[]) =>
    (await split.read(indices.map((index) => index % split.size))).image!
  return {
    size,
    fields: { input: A.fields.image!, target: B.fields.image! },
    read: async (given) => {
      const indices = given.map((index) => exampleIndex(index, size))
      return { input: await imagesAt(A, indices), target: await imagesAt(B, indices) }
    },
  }
}
