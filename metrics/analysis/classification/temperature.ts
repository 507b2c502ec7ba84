import { answersOf, labelledRows, softmax } from "../../maths/adaptation/logits.ts"

/**
 * The temperature that the logits are divided by for the smallest negative log-likelihood (Guo et al. 2017, section
 * 4.2), to full float64 precision. The likelihood is convex in `1 / temperature`, whose slope is brought to 0 by
 * bisection. Fit it on a validation split, never on the test split.
 *
 * @param logits `[samples, classes]`, row-major
 * @throws one sentence when no finite temperature above 0 is best: all answers right, or no better than chance
 */
export function bestTemperature(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): number {
  labelledRows(logits, labels, classes)
  const answers = answersOf(logits, classes)
  if (
    answers.every((answer, row) => logits[row * classes + answer] === logits[row * classes + labels[row]!])
  ) {
    throw new RangeError(
      "Expected at least 1 wrong answer to fit a temperature, but all are right, so the best is 0; fit it on a larger validation split.",
    )
  }
  let low = 1
  let high = 1
  while (slope(logits, labels, classes, 1 / low) > 0) {
    low /= 2
    if (low < 1e-12) {
      throw new RangeError(
        "Expected answers better than chance to fit a temperature, but the likelihood only grows with it; check labels and classes.",
      )
    }
  }
  while (slope(logits, labels, classes, 1 / high) < 0) high *= 2
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return 1 / middle
    if (slope(logits, labels, classes, 1 / middle) < 0) low = middle
    else high = middle
  }
}

/** Slope of the negative log-likelihood in `1 / temperature`: expected minus own logit, summed over samples. */
function slope(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  temperature: number,
): number {
  const probabilities = softmax(logits, classes, temperature)
  let sum = 0
  for (let row = 0; row < labels.length; row++) {
    const start = row * classes
    const own = logits[start + labels[row]!]!
    for (let k = 0; k < classes; k++) sum += probabilities[start + k]! * (logits[start + k]! - own)
  }
  return sum
}
