/** Scores of a segmentation, each in [0, 1]. */
export interface FcnScore {
  /** Share of pixels with the right class. */
  readonly pixelAccuracy: number
  /** Mean over classes of the share of the class's pixels that were given it. */
  readonly classAccuracy: number
  /** Mean over classes of intersection over union. */
  readonly classIou: number
  /** By class; NaN for a class that is absent, where those are skipped. */
  readonly accuracies: readonly number[]
  /** By class; likewise. */
  readonly ious: readonly number[]
}

/**
 * What a class without labelled pixels does. `zero`: it scores 0 and counts in the means, as in pix2pix's script.
 * `skipped`: the means are over the other classes.
 */
export type AbsentClasses = "zero" | "skipped"

/** Added to denominators by pix2pix's script, so that nothing is divided by 0. */
const tiny = 1e-12

/**
 * FCN score of pix2pix (Isola et al. 2017; `scripts/eval_cityscapes`), from one confusion matrix over the whole set.
 *
 * @param confusion `[classes, classes]`, row-major: pixels by label (row) and answer (column)
 * @throws one sentence when no pixel was counted
 */
export function fcnScore(
  confusion: ArrayLike<number>,
  classes: number,
  absent: AbsentClasses = "zero",
): FcnScore {
  let pixels = 0
  let right = 0
  const accuracies: number[] = []
  const ious: number[] = []
  const added = absent === "zero" ? tiny : 0
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
    const skipped = labelled === 0 && absent === "skipped"
    accuracies.push(skipped ? Number.NaN : both / (labelled + added))
    ious.push(skipped ? Number.NaN : both / (labelled + answered - both + added))
  }
  if (pixels === 0) {
    throw new Error(
      "Expected labelled pixels to score a segmentation, but got none; the test split is empty or all its labels are void.",
    )
  }
  return {
    pixelAccuracy: right / (pixels + added),
    classAccuracy: meanOfCounted(accuracies),
    classIou: meanOfCounted(ious),
    accuracies,
    ious,
  }
}

function meanOfCounted(scores: readonly number[]): number {
  const counted = scores.filter((score) => !Number.isNaN(score))
  return counted.reduce((sum, score) => sum + score, 0) / counted.length
}
