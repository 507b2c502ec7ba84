import type { Tolerance } from "@saddlepoint/lab/verification/verification"
import { WrongCall } from "./exit.ts"

/**
 * What `--tolerance` says: `1e-4` for all numbers, `fid=0.01` for those of one name, which goes before; undefined where nothing
 * is said, so that everything must be the same.
 * @throws WrongCall for what is no number, or below 0
 */
export function toleranceOf(words: readonly string[]): Tolerance | undefined {
  if (words.length === 0) return undefined
  let all: number | undefined
  const of: Record<string, number> = {}
  for (const word of words) {
    const equals = word.lastIndexOf("=")
    const text = word.slice(equals + 1)
    const value = text.trim() === "" ? Number.NaN : Number(text)
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new WrongCall(
        `Expected --tolerance to be a relative difference of 0 or more, e.g. 1e-4 or fid=0.01, but got ${word}.`,
      )
    }
    if (equals < 0) all = value
    else of[word.slice(0, equals)] = value
  }
  return { ...(all === undefined ? {} : { all }), of }
}
