/** Softmax of each row of `[images, classes]` logits: float64 rows of sum 1. */
export function softmaxRows(logits: Float32Array, classes: number): readonly Float64Array[] {
  return Array.from({ length: logits.length / classes }, (_, row) => {
    const scores = logits.subarray(row * classes, (row + 1) * classes)
    const largest = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    const shares = Float64Array.from(scores, (score) => Math.exp(score - largest))
    const sum = shares.reduce((a, b) => a + b, 0)
    return shares.map((share) => share / sum)
  })
}
