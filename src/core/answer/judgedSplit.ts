import type { OpenDataset } from "../contracts/dataset.ts"

/**
 * The dataset as a trial of a search sees it: the validation split stands where the test split stood, which cannot be
 * reached any more.
 */
export function judgedOnValidation(dataset: OpenDataset): OpenDataset {
  const { train, validation } = dataset.splits
  return { ...dataset, splits: { train, validation, test: validation } }
}
