/**
 * What the benchmarks' command lines have in common: each reads one option's text, or throws one sentence on what it expected.
 */

/** Names, parted by commas, each of which must be known. @param noun as the sentence calls one, which is the option's name */
export function knownNames(noun: string, text: string, known: readonly string[]): readonly string[] {
  const chosen = text.split(",")
  const unknown = chosen.find((name) => !known.includes(name))
  if (unknown === undefined) return chosen
  throw new Error(`Expected a ${noun} out of ${known.join(", ")} for --${noun}, but got "${unknown}".`)
}

/** Beside whom is played, if anybody. */
export function knownPeer(text: string | undefined): "torch" | undefined {
  if (text === undefined || text === "torch") return text
  throw new Error(`Expected "torch" for --peer, but got "${text}".`)
}

export function positive(option: string, text: string, whole: boolean): number {
  const number = Number(text)
  if (number > 0 && (!whole || Number.isInteger(number))) return number
  throw new Error(
    `Expected ${whole ? "a whole number" : "a number"} above 0 for --${option}, but got "${text}".`,
  )
}
