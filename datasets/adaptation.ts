import { createHash } from "node:crypto"
import { type Dataset, imagesAlone, type OpenDataset, type Split } from "@saddlepoint/core/contracts/dataset"
import { type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import { type DatasetUse, labelledImages, unfitPart, unlabelledImages } from "./formats/fields.ts"

interface Pair {
  readonly source: Dataset
  readonly target: Dataset
}

/** What training sees of the domains. */
const domainFields = { "source.image": "image", "source.label": "class", "target.image": "image" } as const

export const adaptationPlugin: Plugin<"dataset", Dataset> = {
  kind: "dataset",
  name: "adaptation",
  version: 1,
  options: {},
  slots: { source: { kind: "dataset" }, target: { kind: "dataset" } },
  build: ({ source, target }: Pair): Dataset => {
    const unfit = [
      ...unfitPart("the source", labelledImages, source),
      ...unfitPart("the target", unlabelledImages, target),
    ]
    return {
      fields: domainFields,
      labels: target.fields.label === "class",
      licence: `Source: ${source.licence} Target: ${target.licence}`,
      missing: async () => [...unfit, ...(await source.missing()), ...(await target.missing())],
      async digest() {
        const parts = [
          adaptationPlugin.name,
          adaptationPlugin.version,
          await source.digest(),
          await target.digest(),
        ]
        return createHash("sha256").update(JSON.stringify(parts)).digest("hex")
      },
      async open(cache) {
        if (unfit[0] !== undefined) throw new Error(unfit[0])
        const [from, to] = [await source.open(cache), await target.open(cache)]
        return twoDomains(from, to)
      },
    }
  },
}

/**
 * Two datasets as a labelled source and an unlabelled target. Training sees the target's images alone, even where the dataset
 * has its labels: those are for judging. A target without labels can be learnt and answered, but not scored by accuracy.
 *
 * The source must give `image` and `label`, the target `image`, of one shape; what else they give cannot be reached. Fields:
 * `source.image` and `target.image` float32 `[size, size, channels]` in [-1, 1]; `source.label` int32 `[]`.
 */
export function adaptation<Labels extends boolean>(spec: {
  readonly source: DatasetUse<typeof labelledImages, boolean>
  readonly target: DatasetUse<typeof unlabelledImages, Labels>
}): DatasetUse<typeof domainFields, Labels> {
  return use(adaptationPlugin, { ...spec })
}

/** Puts two opened datasets together. Throws one sentence when the target's classes are not the source's. */
export function twoDomains(source: OpenDataset, target: OpenDataset): OpenDataset {
  const classes = source.classes ?? []
  if (target.classes !== undefined && target.classes.join("\n") !== classes.join("\n")) {
    throw new Error(
      `Expected the target's classes to be the source's (${classes.join(", ")}), but got ${target.classes.join(", ")}; ` +
        "choose datasets of the same classes.",
    )
  }
  const [train, validation] = [source.splits.train, source.splits.validation].map(labelledImagesAlone)
  return {
    splits: { train: train!, validation: validation!, test: target.splits.test },
    classes,
    domains: {
      source: { train: train!, validation: validation! },
      target: { train: imagesAlone(target.splits.train), validation: imagesAlone(target.splits.validation) },
      classes,
    },
    sourceTest: source.splits.test,
    targetValidation: target.splits.validation,
  }
}

/** A split of which only images and their classes can be reached. */
function labelledImagesAlone(split: Split): Split {
  return {
    size: split.size,
    fields: { image: split.fields.image!, label: split.fields.label! },
    async read(indices) {
      const { image, label } = await split.read(indices)
      return { image: image!, label: label! }
    },
  }
}
