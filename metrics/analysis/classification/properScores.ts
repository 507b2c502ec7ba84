import { labelledRows, softmax } from "../../maths/adaptation/logits.ts"

/**
 * Mean negative logarithm of the probability of the label, in nats, by log-sum-exp.
 *
 * @param logits `[samples, classes]`, row-major
 * @param temperature what the logits are divided by
 */
export function negativeLogLikelihood(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  temperature = 1,
): number {
  const rows = labelledRows(logits, labels, classes)
  let sum = 0
  for (let row = 0; row < rows; row++) {
    const start = row * classes
    let largest = Number.NEGATIVE_INFINITY
    for (let k = 0; k < classes; k++) largest = Math.max(largest, logits[start + k]!)
    let total = 0
    for (let k = 0; k < classes; k++) total += Math.exp((logits[start + k]! - largest) / temperature)
    sum += Math.log(total) - (logits[start + labels[row]!]! - largest) / temperature
  }
  return sum / rows
}

/** Mean over samples of the squared distance of the probabilities from the label's one-hot vector, in [0, 2] (Brier 1950). */
export function brierScore(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  const rows = labelledRows(logits, labels, classes)
  const probabilities = softmax(logits, classes)
  let sum = 0
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < classes; k++) {
      sum += (probabilities[row * classes + k]! - (labels[row] === k ? 1 : 0)) ** 2
    }
  }
  return sum / rows
}
