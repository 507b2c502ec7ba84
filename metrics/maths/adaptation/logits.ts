/** The number of rows of logits `[rows, classes]`. Throws one sentence unless every row has a label that is a class. */
export function labelledRows(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  if (labels.length === 0 || logits.length !== labels.length * classes) {
    throw new RangeError(
      `Expected ${classes} logits for each label, but got ${logits.length} logits and ${labels.length} labels.`,
    )
  }
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new RangeError(
        `Expected labels from 0 to ${classes - 1}, but label ${row} is ${label}; check the number of classes.`,
      )
    }
  }
  return labels.length
}

/**
 * Softmax of every row, in float64; the largest logit is subtracted first, so that nothing overflows.
 *
 * @param logits `[rows, classes]`, row-major
 * @param temperature what the logits are divided by
 */
export function softmax(logits: ArrayLike<number>, classes: number, temperature = 1): Float64Array {
  const probabilities = new Float64Array(logits.length)
  for (let start = 0; start < logits.length; start += classes) {
    const largest = logits[start + argmax(logits, start, classes)]!
    let sum = 0
    for (let k = start; k < start + classes; k++) {
      probabilities[k] = Math.exp((logits[k]! - largest) / temperature)
      sum += probabilities[k]!
    }
    for (let k = start; k < start + classes; k++) probabilities[k]! /= sum
  }
  return probabilities
}

/** The class with the largest score of every row, the first where several are equal: int32 `[rows]`. */
export function answersOf(scores: ArrayLike<number>, classes: number): Int32Array {
  return Int32Array.from({ length: scores.length / classes }, (_, row) =>
    argmax(scores, row * classes, classes),
  )
}

function argmax(scores: ArrayLike<number>, start: number, classes: number): number {
  let best = 0
  for (let k = 1; k < classes; k++) if (scores[start + k]! > scores[start + best]!) best = k
  return best
}
