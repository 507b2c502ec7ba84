import type { Dataset, OpenDataset, Split } from "../../contracts/dataset.ts"
import { labelled } from "../../testing/pairedImages.ts"

/** The targets of the paired fixture as images `[16, 16, 3]` of two classes in turn; `maps` keeps their label maps. */
function imagesOf(split: Split, maps: boolean): Split {
  const { target, labels } = split.fields
  return {
    size: split.size,
    fields: {
      image: target!,
      label: { shape: [], dtype: "int32", range: [0, 1], classes: 2 },
      ...(maps ? { labels: labels! } : {}),
    },
    async read(indices) {
      const read = await split.read(indices)
      return {
        image: read.target!,
        label: Int32Array.from(indices, (index) => index % 2),
        ...(maps ? { labels: read.labels! } : {}),
      }
    },
  }
}

/** A dataset of images of two classes. */
export function openImages(maps = false): OpenDataset {
  const { train, validation, test } = labelled.splits
  const of = (split: Split) => imagesOf(split, maps)
  return {
    splits: { train: of(train), validation: of(validation), test: of(test) },
    classes: ["even", "odd"],
  }
}

export const images: Dataset = {
  fields: { image: "image", label: "class" },
  labels: true,
  licence: "none",
  missing: async () => [],
  digest: async () => "fixture",
  open: async () => openImages(),
}
