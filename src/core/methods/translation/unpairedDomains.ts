import type { OpenDataset, Split } from "../../contracts/dataset.ts"

/**
 * An opened dataset of two domains A and B whose images do not belong together. Training reads `unpaired`, each domain in an order of
 * its own.
 *
 * Its `splits` are for judging. Their field `input` is an image of A and `target` one of B that has nothing to do with it:
 * only sets of them can be compared. The training split holds each image of B once, and is the reference of such metrics; the
 * test and validation splits hold each image of A once.
 */
export interface UnpairedDataset extends OpenDataset {
  readonly unpaired: { readonly A: Split; readonly B: Split }
}

/** The training images of the domains. Throws one sentence when there are none. */
export function unpairedOf(dataset: OpenDataset): UnpairedDataset["unpaired"] {
  if ("unpaired" in dataset) return (dataset as UnpairedDataset).unpaired
  throw new Error(
    "Expected a dataset of two unpaired domains, but it has none; put unpaired() around two datasets of images.",
  )
}
