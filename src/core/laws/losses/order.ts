/**
 * A permutation of some places: those with larger keys first, and the last first among equals, so that even equal keys move
 * something. Keys are repeated in order.
 */
export function orderBy(keys: readonly number[], places: number): number[] {
  const keyOf = (place: number) => keys[place % keys.length]!
  return Array.from({ length: places }, (_, place) => place).sort((a, b) => keyOf(b) - keyOf(a) || b - a)
}
