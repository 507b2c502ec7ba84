import type { OpenDataset, Split } from "@saddlepoint/core/contracts/dataset"

/** Real images that no judge was trained on. */
export interface HeldOut {
  readonly split: Split
  readonly name: "validation" | "test"
}

/** With so many images an accuracy has a standard error of 0.07 at most, `sqrt(1/4 / n)`. */
const enough = 50

/**
 * The images that judges are examined on: the validation split where it has 50 images or is not the smaller one, else the
 * test split (of two domains the source's, from which judges learn).
 * @throws one sentence where both are empty
 */
export function heldOut({ splits, sourceTest = splits.test }: OpenDataset): HeldOut {
  const { validation } = splits
  const inValidation = validation.size >= enough || validation.size >= sourceTest.size
  const chosen: HeldOut = inValidation
    ? { split: validation, name: "validation" }
    : { split: sourceTest, name: "test" }
  if (chosen.split.size > 0) return chosen
  throw new Error(
    "Expected real images to examine a judge on, but the validation and the test split are empty; give the dataset some.",
  )
}
