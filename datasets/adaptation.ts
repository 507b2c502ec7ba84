import { createHash } from "node:crypto"
import { type Dataset, type DatasetFacts, imagesAlone, type OpenDataset } from "@saddlepoint/core/contracts/dataset"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"

interface Pair {
  readonly source: Dataset
  readonly target: Dataset
}

export const adaptationPlugin: Plugin<"dataset", Dataset> = {
  kind: "dataset",
  name: "adaptation",
  version: 1,
  options: {},
  slots: { source: { kind: "dataset" }, target: { kind: "dataset" } },
  build: ({ source, target }: Pair): Dataset => ({
    contract: "adaptation",
    labels: target.contract === "labelled",
    licence: `Source: ${source.licence} Target: ${target.licence}`,
    async missing() {
      const unfit = [
        ...(source.contract === "labelled"
          ? []
          : [
              `Expected a labelled dataset as the source, but it gives ${source.contract} data; choose one with classes.`,
            ]),
        ...(target.contract === "labelled" || target.contract === "images"
          ? []
          : [
              `Expected images, with classes or without, as the target, but it gives ${target.contract} data; choose another.`,
            ]),
      ]
      return [...unfit, ...(await source.missing()), ...(await target.missing())]
    },
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
      const [from, to] = [await source.open(cache), await target.open(cache)]
      return twoDomains(from, to)
    },
  }),
}

/**
 * Two datasets as a labelled source and an unlabelled target. Training sees the target's images alone, even where the dataset
 * has its labels: those are for judging. A target without labels can be learnt and answered, but not scored by accuracy.
 *
 * Contract `adaptation`: both give `image` of one shape; the source `label` as well.
 */
export function adaptation<Labels extends boolean>(spec: {
  readonly source: Use<"dataset", { readonly contract: "labelled"; readonly labels: true }>
  readonly target: Use<"dataset", DatasetFacts & { readonly labels: Labels }>
}): Use<"dataset", { readonly contract: "adaptation"; readonly labels: Labels }> {
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
  return {
    splits: { train: source.splits.train, validation: source.splits.validation, test: target.splits.test },
    classes,
    domains: {
      source: { train: source.splits.train, validation: source.splits.validation },
      target: { train: imagesAlone(target.splits.train), validation: imagesAlone(target.splits.validation) },
      classes,
    },
    sourceTest: source.splits.test,
    targetValidation: target.splits.validation,
  }
}
