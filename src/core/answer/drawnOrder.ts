import { stream } from "@saddlepoint/engine/random"
import { inOrder, type OpenDataset, type Split } from "../contracts/dataset.ts"

/**
 * A dataset whose judged splits stand in a drawn order: folders are sorted by class, and whoever counts what he is asked would know the
 * classes. The order is a pure function of the dataset, so that every arm answers the same examples in the same batches.
 *
 * @param digest of the dataset
 */
export function inDrawnOrder(dataset: OpenDataset, digest: string): OpenDataset {
  const { splits, sourceTest } = dataset
  return {
    ...dataset,
    splits: { ...splits, test: drawn(splits.test, digest, "test") },
    ...(sourceTest === undefined ? {} : { sourceTest: drawn(sourceTest, digest, "sourceTest") }),
  }
}

const drawn = (split: Split, digest: string, name: string): Split =>
  inOrder(split, drawnPlaces(split, digest, name))

/** The places of a split's examples in an order that is drawn by name. */
export function drawnPlaces({ size }: Split, digest: string, name: string): readonly number[] {
  return stream(digest, "answering", name).shuffle(Array.from({ length: size }, (_, place) => place))
}
