/** Most differences for which all 2^n signs can be counted. */
export const MOST_SIGN_FLIPS = 40

/**
 * Exact two-sided sign-flip p of paired differences: the share of the 2^n ways to choose their signs whose sum is at
 * least as far from zero as the one seen (R. A. Fisher, The Design of Experiments, 1935, section 21).
 *
 * Counts all ways through sorted sums of the two halves, so that 40 differences take 2^20 sums, not 2^40.
 *
 * @param differences between 1 and 40
 */
export function signFlip(differences: readonly number[]): number {
  const n = differences.length
  if (n < 1 || n > MOST_SIGN_FLIPS) {
    throw new RangeError(`Expected between 1 and ${MOST_SIGN_FLIPS} differences to flip, but got ${n}.`)
  }
  const total = differences.reduce((sum, value) => sum + Math.abs(value), 0)
  // Sums that agree up to rounding are ties, and ties count as extreme.
  const seen = Math.abs(differences.reduce((sum, value) => sum + value, 0)) - 1e-12 * total
  if (seen <= 0) return 1
  const left = signedSums(differences.slice(0, n >> 1))
  const right = signedSums(differences.slice(n >> 1))
  // Signs come in mirrored pairs: twice the sums that are >= seen.
  let count = 0
  let i = right.length
  for (const sum of left) {
    while (i > 0 && right[i - 1]! + sum >= seen) i--
    count += right.length - i
  }
  return Math.min(1, (2 * count) / 2 ** n)
}

/**
 * All sums of the values under every choice of signs, in rising order. Each value makes two sorted lists of the sums so far, itself
 * added and itself taken away, which are merged: rounding keeps an order, so that nothing is ever sorted.
 */
function signedSums(values: readonly number[]): Float64Array {
  let sums: Float64Array = new Float64Array(1)
  for (const value of values) {
    const size = Math.abs(value)
    const merged = new Float64Array(2 * sums.length)
    let less = 0
    let more = 0
    for (let at = 0; at < merged.length; at++) {
      // What is taken away comes first where both are equal, and so never comes to its end after what is added.
      const low = less < sums.length ? sums[less]! - size : Number.POSITIVE_INFINITY
      const high = sums[more]! + size
      if (low <= high) {
        merged[at] = low
        less++
      } else {
        merged[at] = high
        more++
      }
    }
    sums = merged
  }
  return sums
}
