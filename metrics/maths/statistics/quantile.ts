/**
 * Sample quantile by linear interpolation between order statistics (type 7 of R. Hyndman and Y. Fan, Am. Stat. 50, 1996;
 * NumPy's default).
 *
 * @param sorted at least one value, in rising order
 * @param share in [0, 1]
 */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) throw new RangeError("Expected at least one value for a quantile, but got none.")
  if (!(share >= 0 && share <= 1)) {
    throw new RangeError(`Expected a share in [0, 1] for a quantile, but got ${share}.`)
  }
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!)
}

/** Middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  return quantileOfSorted(
    values.toSorted((a, b) => a - b),
    0.5,
  )
}
