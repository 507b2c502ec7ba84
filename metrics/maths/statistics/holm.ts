/**
 * p values adjusted by Holm's step-down procedure (S. Holm, Scand. J. Statist. 6, 1979), in the order given:
 * rejecting those at most alpha holds the chance of any false rejection in the family at alpha.
 *
 * With p sorted, the k-th of m (from 0) becomes max over j <= k of (m - j) p_j, capped at 1. Adjusted values are never
 * below the given ones and keep their order.
 */
export function holm(pValues: readonly number[]): number[] {
  for (const p of pValues) {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`Expected p values in [0, 1], but got ${p}.`)
  }
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!)
  const adjusted = pValues.map(() => 0)
  let highest = 0
  order.forEach((index, k) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - k) * pValues[index]!))
    adjusted[index] = highest
  })
  return adjusted
}
