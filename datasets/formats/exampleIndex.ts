/** Checks an example's index. Throws one sentence when a split of `count` examples has none of that index. */
export function exampleIndex(index: number, count: number): number {
  if (Number.isInteger(index) && index >= 0 && index < count) return index
  throw new RangeError(`Expected an example's index between 0 and ${count - 1}, but got ${index}.`)
}
