import { imagesAlone, type OpenDataset, type Split } from "@saddlepoint/core/contracts/dataset"
import { use } from "@saddlepoint/core/contracts/plugin"
import { composedDataset } from "./composed/composedDataset.ts"
import { type DatasetUse, labelledImages, unlabelledImages } from "./formats/fields.ts"

/** What training sees of the domains. */
const domainFields = { "source.image": "image", "source.label": "class", "target.image": "image" } as const

export const adaptationPlugin = composedDataset({
  name: "adaptation",
  version: 1,
  parts: { source: labelledImages, target: unlabelledImages },
  domains: { source: "source", target: "target" },
  fields: domainFields,
  labels: ({ target }) => target.fields.label === "class",
  compose: ({ source, target }) => twoDomains(source, target),
})

/**
 * Two datasets as a labelled source and an unlabelled target. Training sees the target's images alone, even where the dataset
 * has its labels: those are for judging. A target without labels can be learnt and answered, but not scored by accuracy.
 *
 * The source must give `image` and `label`, the target `image`, of one shape; what else they give cannot be reached. Fields:
 * `source.image` and `target.image` float32 `[height, width, channels]` in [-1, 1]; `source.label` int32 `[]`.
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
