import type { Dataset } from "./dataset.ts"

/** A dataset as methods hold it: what it gives is known, and no example of it can be reached. */
export function closedDataset({ fields, labels, licence, digest, missing }: Dataset): Dataset {
  return {
    fields,
    labels,
    licence,
    digest,
    missing,
    async open() {
      throw new Error(
        "Expected a method to learn and to answer from what its stages and its `answer` are given, but it opened its dataset by itself, whose test split it would reach; leave that out.",
      )
    },
  }
}
