import { Trespass } from "./dataDoor.ts"
import type { Dataset, OpenDataset, Split } from "./dataset.ts"

/** A dataset as methods hold it: what it gives is known, and no example of it can be reached. */
export function closedDataset({ fields, labels, licence, digest, missing }: Dataset): Dataset {
  return {
    fields,
    labels,
    licence,
    digest,
    missing,
    async open() {
      throw new Trespass(
        "Expected a method to learn and to answer from what its stages and its `answer` are given, but it opened its dataset by itself, whose test split it would reach; leave that out.",
      )
    },
  }
}

/**
 * An opened dataset as methods of images get it: training's splits, and of what is judged how much and what it is, no example. In a search
 * the validation split is what is judged, and is closed as well.
 */
export function withoutTests(dataset: OpenDataset): OpenDataset {
  const { splits, sourceTest: _test, targetValidation: _validation, ...rest } = dataset
  const open = (split: Split) => (split === splits.test ? closedSplit(split) : split)
  return {
    ...rest,
    splits: { train: splits.train, validation: open(splits.validation), test: open(splits.test) },
  }
}

function closedSplit({ size, fields }: Split): Split {
  return {
    size,
    fields,
    async read() {
      throw new Trespass(
        "Expected a method to answer the batches that it is shown, but it read the split that is judged by itself; leave that out.",
      )
    },
  }
}
