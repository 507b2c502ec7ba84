/** A file of weights or statistics that is missing, damaged, of another kind, too large, or not what its digest says. */
export class WeightFileError extends Error {
  override readonly name = "WeightFileError"
}

/** Text of a file as a sentence shows it: quoted, control characters escaped, at most 60 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text)
}
