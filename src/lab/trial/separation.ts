/** How well scores tell two sets apart. */
export interface Separation {
  /**
   * Chance that a real example has a higher score than a generated one, ties counted half (the area under the ROC curve; Mann and Whitney 1947):
   * 0.5 where the scores cannot tell them apart, 1 where they always do. Whatever the loss, it needs no threshold.
   */
  readonly accuracy: number
  /** Mean score of real examples less that of generated ones. */
  readonly gap: number
}

/** How well an opponent's scores tell real from generated examples; at least one of each. */
export function separationOf(real: ArrayLike<number>, generated: ArrayLike<number>): Separation {
  const scored = [
    ...Array.from(real, (score) => ({ score, real: true })),
    ...Array.from(generated, (score) => ({ score, real: false })),
  ].sort((a, b) => a.score - b.score)
  let below = 0
  let won = 0
  for (let start = 0; start < scored.length; ) {
    let end = start
    while (end < scored.length && scored[end]!.score === scored[start]!.score) end++
    const tied = scored.slice(start, end)
    const generatedHere = tied.filter((one) => !one.real).length
    won += (tied.length - generatedHere) * (below + generatedHere / 2)
    below += generatedHere
    start = end
  }
  return { accuracy: won / (real.length * generated.length), gap: mean(real) - mean(generated) }
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
