import { quoted as textQuoted } from "@saddlepoint/core/contracts/neutral"

/** A file of weights or statistics that is missing, damaged, of another kind, too large, or not what its digest says. */
export class WeightFileError extends Error {
  override readonly name = "WeightFileError"
}

/** What a file holds in the place of a text, as a sentence shows it: a text in quotes, cut and with hidden characters told. */
export function quoted(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object"
  return textQuoted(String(value))
}
