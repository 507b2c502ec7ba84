/**
 * Counts pixels by label (row) and answer (column) into a confusion matrix. Labels outside [0, classes) are void, as
 * 255 in Cityscapes, and are not counted.
 *
 * @param confusion float64 `[classes, classes]`, row-major; added to
 * @param labels, answers of equal length
 */
export function countConfusion(
  confusion: Float64Array,
  classes: number,
  labels: ArrayLike<number>,
  answers: ArrayLike<number>,
): void {
  if (labels.length !== answers.length) {
    throw new RangeError(
      `Expected an answer for each label, but got ${labels.length} labels and ${answers.length} answers.`,
    )
  }
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!
    if (label >= 0 && label < classes) confusion[label * classes + answers[i]!]! += 1
  }
}
