/**
 * The point at which a positive monotone function takes the value `target`: Newton's method on its logarithm, which
 * suits tails of distributions, kept inside a bracket by bisection.
 *
 * @param value positive and monotone on [low, high], whose values there enclose `target`
 * @param slope its derivative
 * @returns the point, exact to the last bits that `value` distinguishes
 */
export function logSearch(
  value: (x: number) => number,
  slope: (x: number) => number,
  target: number,
  low: number,
  high: number,
): number {
  const rises = value(high) > value(low)
  let [left, right] = [low, high]
  let x = (left + right) / 2
  for (let round = 0; round < 300; round++) {
    const found = value(x)
    if (found === target) return x
    if (found < target === rises) left = x
    else right = x
    // A step in log value: d log f = f'/f dx.
    const step = (Math.log(target / found) * found) / slope(x)
    const next = x + step
    const inside = next > left && next < right
    const following = inside ? next : (left + right) / 2
    if (following === x || (inside && Math.abs(step) <= 1e-16 * Math.abs(x))) return following
    x = following
  }
  return x
}
