/** Counts of pixels or images by label and answer, in a form that more can be added to. */
export interface Confusion {
  readonly classes: number
  /** float64 `[classes, classes]`, row-major: by label (row) and answer (column). */
  readonly counts: Float64Array
}

/** Nothing counted. */
export function noConfusion(classes: number): Confusion {
  return { classes, counts: new Float64Array(classes * classes) }
}

/** Adds answers to the counts; see `countConfusion`. */
export function addConfusion(
  running: Confusion,
  labels: ArrayLike<number>,
  answers: ArrayLike<number>,
): Confusion {
  const counts = Float64Array.from(running.counts)
  countConfusion(counts, running.classes, labels, answers)
  return { classes: running.classes, counts }
}

/** The counts of two sets together. */
export function mergeConfusions(a: Confusion, b: Confusion): Confusion {
  if (a.classes !== b.classes) {
    throw new RangeError(
      `Expected confusion matrices of equally many classes, but got ${a.classes} and ${b.classes}.`,
    )
  }
  return { classes: a.classes, counts: a.counts.map((count, i) => count + b.counts[i]!) }
}

/**
 * Counts pixels by label (row) and answer (column) into a confusion matrix. Labels outside [0, classes) are void, as
 * 255 in Cityscapes, and are not counted.
 *
 * @param confusion float64 `[classes, classes]`, row-major; added to
 * @param labels, answers of equal length
 * @throws one sentence when a label that counts was answered with no class
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
    if (!(label >= 0 && label < classes)) continue
    const answer = answers[i]!
    if (!(answer >= 0 && answer < classes)) {
      throw new RangeError(
        `Expected answers from 0 to ${classes - 1}, but got ${answer}; check the number of classes.`,
      )
    }
    confusion[label * classes + answer]! += 1
  }
}
