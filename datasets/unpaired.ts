import { createHash } from "node:crypto"
import type { Dataset, OpenDataset, Split } from "@saddlepoint/core/contracts/dataset"
import type { UnpairedDataset } from "@saddlepoint/core/methods/translation/unpairedDomains"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { exampleIndex } from "./formats/exampleIndex.ts"

interface Pair {
  readonly A: Dataset
  readonly B: Dataset
}

export const unpairedPlugin: Plugin<"dataset", Dataset> = {
  kind: "dataset",
  name: "unpaired",
  version: 1,
  options: {},
  slots: { A: { kind: "dataset" }, B: { kind: "dataset" } },
  build: ({ A, B }: Pair): Dataset => ({
    contract: "unpaired",
    labels: false,
    licence: `A: ${A.licence} B: ${B.licence}`,
    async missing() {
      const unfit = Object.entries({ A, B })
        .filter(([, { contract }]) => contract !== "images" && contract !== "labelled")
        .map(
          ([domain, { contract }]) =>
            `Expected images, with classes or without, as domain ${domain}, but it gives ${contract} data; choose another.`,
        )
      return [...unfit, ...(await A.missing()), ...(await B.missing())]
    },
    async digest() {
      const parts = [unpairedPlugin.name, unpairedPlugin.version, await A.digest(), await B.digest()]
      return createHash("sha256").update(JSON.stringify(parts)).digest("hex")
    },
    async open(cache) {
      const [from, to] = [await A.open(cache), await B.open(cache)]
      return unpairedDomains(from, to)
    },
  }),
}

type Images = Use<"dataset", { readonly contract: "images" | "labelled"; readonly labels: boolean }>

/**
 * The images of two datasets as domains A and B, which nothing pairs; labels, where there are any, cannot be reached.
 *
 * Contract `unpaired`: both give `image` of one shape. Metrics of sets compare translations with B's training images; metrics of
 * pairs have nothing to compare.
 */
export function unpaired(spec: {
  readonly A: Images
  readonly B: Images
}): Use<"dataset", { readonly contract: "unpaired"; readonly labels: false }> {
  return use(unpairedPlugin, { ...spec })
}

/** Puts two opened datasets side by side. */
export function unpairedDomains(A: OpenDataset, B: OpenDataset): UnpairedDataset {
  return {
    unpaired: { A: imagesOf(A.splits.train), B: imagesOf(B.splits.train) },
    splits: {
      // Each image of B once: these are what sets of translations are compared with.
      train: sideBySide(A.splits.train, B.splits.train, B.splits.train.size),
      validation: sideBySide(A.splits.validation, B.splits.validation, A.splits.validation.size),
      test: sideBySide(A.splits.test, B.splits.test, A.splits.test.size),
    },
  }
}

function imagesOf(split: Split): Split {
  return {
    size: split.size,
    fields: { image: split.fields.image! },
    read: async (indices) => ({ image: (await split.read(indices)).image! }),
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
