import { proportionInterval } from "../statistics/proportion.ts"
import type { Confusion } from "./confusion.ts"
import { labelledRows } from "./logits.ts"

/** A share of right answers with its interval. */
export interface Accuracy {
  /** In [0, 1]; NaN where nothing was counted. */
  readonly accuracy: number
  /** Ends of the Wilson interval, in [0, 1]. */
  readonly low: number
  readonly high: number
  /** Right answers, and all. */
  readonly right: number
  readonly count: number
}

/** Accuracies of a classifier. */
export interface ClassAccuracies extends Accuracy {
  /** By class: the share of the class's samples that were given it (recall). */
  readonly byClass: readonly Accuracy[]
  /** Mean of those over the classes that occur. */
  readonly meanOfClasses: number
}

/**
 * Accuracy over all samples and by class, each with its Wilson interval (Wilson 1927) of confidence 1 - `alpha`. The
 * interval is about these samples of one trained network: it says nothing of other training seeds.
 *
 * @throws one sentence when nothing was counted
 */
export function classAccuracies({ classes, counts }: Confusion, alpha: number): ClassAccuracies {
  const byClass: Accuracy[] = []
  let right = 0
  let count = 0
  for (let label = 0; label < classes; label++) {
    const ofClass = counts.subarray(label * classes, (label + 1) * classes).reduce((sum, n) => sum + n, 0)
    byClass.push(accuracyOf(counts[label * classes + label]!, ofClass, alpha))
    right += counts[label * classes + label]!
    count += ofClass
  }
  if (count === 0) {
    throw new RangeError(
      "Expected at least 1 labelled sample for an accuracy, but got 0; judge a split that has labels.",
    )
  }
  const occurring = byClass.filter((of) => of.count > 0)
  const meanOfClasses = occurring.reduce((sum, { accuracy }) => sum + accuracy, 0) / occurring.length
  return { ...accuracyOf(right, count, alpha), byClass, meanOfClasses }
}

/**
 * Share of samples whose label is among the `k` classes with the largest logits, with its Wilson interval. Of equal
 * logits the lower class comes first, so `k = 1` agrees with the confusion matrix of `answersOf`.
 *
 * @param logits `[samples, classes]`, row-major
 */
export function topKAccuracy(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  k: number,
  alpha: number,
): Accuracy {
  const rows = labelledRows(logits, labels, classes)
  let right = 0
  for (let row = 0; row < rows; row++) {
    const label = labels[row]!
    const own = logits[row * classes + label]!
    let before = 0
    for (let other = 0; other < classes; other++) {
      const score = logits[row * classes + other]!
      if (score > own || (score === own && other < label)) before++
    }
    if (before < k) right++
  }
  return accuracyOf(right, rows, alpha)
}

function accuracyOf(right: number, count: number, alpha: number): Accuracy {
  if (count === 0) return { accuracy: Number.NaN, low: 0, high: 1, right, count }
  return { accuracy: right / count, ...proportionInterval(right, count, alpha, "wilson"), right, count }
}
