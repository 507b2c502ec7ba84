import { quoted } from "../contracts/neutral.ts"

/**
 * The known word nearest to what was written, or none when all are far: at most a third of its letters may differ.
 * Case is ignored.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3))
  let best: string | undefined
  let least = limit + 1
  for (const candidate of known) {
    // So many letters must at least go or come.
    if (Math.abs(candidate.length - word.length) >= least) continue
    const distance = edits(word.toLowerCase(), candidate.toLowerCase())
    if (distance < least) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** `; did you mean "width"? known: "norm", "width"`: the tail of a sentence about an unknown word. */
export function suggestion(word: string, known: readonly string[], what = "known"): string {
  if (known.length === 0) return ""
  const near = nearest(word, known)
  const list = `${what}: ${listed(known)}`
  return near === undefined ? `; ${list}` : `; did you mean ${quoted(near)}? ${list}`
}

/** `"a", "b", "c"`, in alphabetical order, at most 12 of them. */
export function listed(words: readonly string[]): string {
  const sorted = [...new Set(words)].sort()
  const shown = sorted.slice(0, 12).map((word) => quoted(word))
  return sorted.length > shown.length
    ? `${shown.join(", ")} and ${sorted.length - 12} more`
    : shown.join(", ")
}

/** Damerau-Levenshtein distance (optimal string alignment): insert, delete, replace, swap neighbours. */
function edits(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min(row[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforePrevious[j - 2]! + 1)
      }
      row.push(cost)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[b.length]!
}
