import { hidden } from "@saddlepoint/core/contracts/neutral"

/** Most characters that anybody reads as one sentence; paths of files are a part of it. */
const longest = 1000

/** Words of the language's own errors, which tell nothing to who wrote a definition. */
const ofTheEngine =
  /undefined is not|is not (?:a function|iterable|a constructor|extensible)|Cannot (?:read|set|convert|access|destructure|delete|redefine|mix)|Maximum call stack|Invalid (?:array|string|typed array) length|Array buffer allocation|is out of range|outside the bounds|Unexpected (?:token|end of JSON)|circular structure|\[object |\bat \S+ \(|node:internal|TypeError|RangeError|SyntaxError|ReferenceError/

/** What is wrong with what a user is told; undefined where it is one sentence that a terminal shows as it is. */
export function sentenceFlaw(text: string): string | undefined {
  if (text.trim() === "") return "empty"
  if (text.length > longest) return `${text.length} characters`
  if (/[\n\t]/.test(text)) return "several lines"
  if (text.search(hidden) >= 0) return "hidden characters"
  const [found] = ofTheEngine.exec(text) ?? []
  return found === undefined ? undefined : `the words "${found}"`
}
