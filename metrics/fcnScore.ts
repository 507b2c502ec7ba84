/** Scores of a segmentation, each in [0, 1]. */
export interface FcnScore {
  /** Share of pixels with the right class. */
  readonly pixelAccuracy: number
  /** Mean over classes of the share of the class's pixels that were given it. */
  readonly classAccuracy: number
  /** Mean over classes of intersection over union. */
  readonly classIou: number
}

/** Added to denominators by pix2pix's script: a class that never occurs scores 0 and counts in the means. */
const absent = 1e-12

/**
 * FCN score of pix2pix (Isola et al. 2017; `scripts/eval_cityscapes`), from one confusion matrix over the whole set.
 *
 * @param confusion `[classes, classes]`, row-major: pixels by label (row) and answer (column)
 * @throws one sentence when no pixel was counted
 */
export function fcnScore(confusion: ArrayLike<number>, classes: number): FcnScore {
  let pixels = 0
  let right = 0
  let accuracies = 0
  let ious = 0
  for (let label = 0; label < classes; label++) {
    let labelled = 0
    let answered = 0
    for (let other = 0; other < classes; other++) {
      labelled += confusion[label * classes + other]!
      answered += confusion[other * classes + label]!
    }
    const both = confusion[label * classes + label]!
    pixels += labelled
    right += both
    accuracies += both / (labelled + absent)
    ious += both / (labelled + answered - both + absent)
  }
  if (pixels === 0) {
    throw new Error(
      "Expected labelled pixels to score a segmentation, but got none; the test split is empty or all its labels are void.",
    )
  }
  return {
    pixelAccuracy: right / (pixels + absent),
    classAccuracy: accuracies / classes,
    classIou: ious / classes,
  }
}
