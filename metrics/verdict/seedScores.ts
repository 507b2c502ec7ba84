declare const unit: unique symbol

/**
 * One score for each training seed, in rising order of seeds. Statistics of arms take nothing else: values of single
 * images, batches or evaluations within a seed are not independent repetitions of the training that is judged, and a
 * plain list of numbers does not say what it repeats.
 */
export type SeedScores = ReadonlyMap<number, number> & { readonly [unit]: "training seed" }

/**
 * @param entries training seed and score
 * @throws RangeError when a seed comes twice or is no integer, or a score is not finite
 */
export function seedScores(entries: Iterable<readonly [seed: number, score: number]>): SeedScores {
  const scores = new Map<number, number>()
  for (const [seed, score] of entries) {
    if (!Number.isInteger(seed))
      throw new RangeError(`Expected an integer as training seed, but got ${seed}.`)
    if (scores.has(seed)) {
      throw new RangeError(
        `Expected one score for each training seed, but seed ${seed} has two; average what was measured within a seed.`,
      )
    }
    if (!Number.isFinite(score)) {
      throw new RangeError(
        `Expected a finite score, but seed ${seed} has ${score}; leave a failed seed out and count it as a failure.`,
      )
    }
    scores.set(seed, score)
  }
  return new Map([...scores].sort(([a], [b]) => a - b)) as unknown as SeedScores
}

/** challenger - baseline on the seeds that both have, in rising order of seeds. */
export function pairedDifferences(
  challenger: SeedScores,
  baseline: SeedScores,
): readonly { readonly seed: number; readonly difference: number }[] {
  return [...challenger].flatMap(([seed, score]) => {
    const other = baseline.get(seed)
    return other === undefined ? [] : [{ seed, difference: score - other }]
  })
}
