import { createHash } from "node:crypto"
import { type Dataset, imagesAlone, type OpenDataset, type Split } from "@saddlepoint/core/contracts/dataset"
import { type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import type { UnpairedDataset } from "@saddlepoint/core/methods/translation/unpairedDomains"
import { exampleIndex } from "./formats/exampleIndex.ts"
import { type DatasetUse, unfitPart, unlabelledImages } from "./formats/fields.ts"

interface Pair {
  readonly A: Dataset
  readonly B: Dataset
}

/** What training sees of the domains. */
const domainFields = { "A.image": "image", "B.image": "image" } as const

export const unpairedPlugin: Plugin<"dataset", Dataset> = {
  kind: "dataset",
  name: "unpaired",
  version: 1,
  options: {},
  slots: { A: { kind: "dataset" }, B: { kind: "dataset" } },
  build: ({ A, B }: Pair): Dataset => {
    const unfit = [
      ...unfitPart("domain A", unlabelledImages, A),
      ...unfitPart("domain B", unlabelledImages, B),
    ]
    return {
      fields: domainFields,
      labels: false,
      licence: `A: ${A.licence} B: ${B.licence}`,
      missing: async () => [...unfit, ...(await A.missing()), ...(await B.missing())],
      async digest() {
        const parts = [unpairedPlugin.name, unpairedPlugin.version, await A.digest(), await B.digest()]
        return createHash("sha256").update(JSON.stringify(parts)).digest("hex")
      },
      async open(cache) {
        if (unfit[0] !== undefined) throw new Error(unfit[0])
        const [from, to] = [await A.open(cache), await B.open(cache)]
        return unpairedDomains(from, to)
      },
    }
  },
}

/**
 * The images of two datasets as domains A and B, which nothing pairs; labels, where there are any, cannot be reached.
 *
 * Both must give `image`, of one shape. Fields: `A.image` and `B.image` float32 `[size, size, channels]` in [-1, 1]. Metrics of sets
 * compare translations with B's training images; metrics of pairs have nothing to compare.
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
