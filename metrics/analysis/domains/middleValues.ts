/** The most values that are held at a time: 32 MiB. */
const mostHeld = 2 ** 22

/**
 * The middle two of many numbers (twice the middle one where their count is odd), exactly and in bounded memory: the
 * numbers are made again for every pass. As long as too many are left to sort, a pass counts them by their next 16 bits
 * and keeps those that begin as the wanted one does (radix selection: doubles from 0 upwards are ordered as their bits).
 *
 * @param count of numbers, at least 1
 * @param visitAll calls back with every number, from 0 to infinity, the same ones in every pass
 * @param held the most numbers to hold
 */
export function middleValues(
  count: number,
  visitAll: (visit: (value: number) => void) => void,
  held: number = mostHeld,
): readonly [number, number] {
  if (count < 1) throw new RangeError(`Expected at least 1 number to have a median, but got ${count}.`)
  const bits = new Float64Array(1)
  const words = new Uint16Array(bits.buffer) // the highest is the last: platforms of Node are little-endian
  let rank = Math.floor((count - 1) / 2) // among those that begin with `prefix`
  let left = count
  const prefix: number[] = []
  const begins = (value: number): boolean => {
    bits[0] = value
    return prefix.every((word, i) => words[3 - i] === word)
  }
  while (left > held && prefix.length < 4) {
    const counts = new Float64Array(2 ** 16)
    visitAll((value) => {
      if (begins(value)) counts[words[3 - prefix.length]!]! += 1
    })
    let word = 0
    while (rank >= counts[word]!) rank -= counts[word++]!
    left = counts[word]!
    prefix.push(word)
  }
  if (prefix.length === 4) {
    // All that is left is one number, many times over.
    prefix.forEach((word, i) => {
      words[3 - i] = word
    })
    const value = bits[0]!
    return [value, count % 2 === 1 || rank + 1 < left ? value : smallestAbove(value)]
  }
  const kept = new Float64Array(left)
  let at = 0
  visitAll((value) => {
    if (begins(value)) kept[at++] = value
  })
  kept.sort()
  const value = kept[rank]!
  if (count % 2 === 1) return [value, value]
  return [value, rank + 1 < left ? kept[rank + 1]! : smallestAbove(kept[left - 1]!)]

  function smallestAbove(value: number): number {
    let smallest = Number.POSITIVE_INFINITY
    visitAll((other) => {
      if (other > value && other < smallest) smallest = other
    })
    return smallest
  }
}
