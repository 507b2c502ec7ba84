import { hidden, quoted } from "../contracts/neutral.ts"

/** Names that Windows keeps for devices, with whatever ending, and those that a run store has itself. */
const reserved = /^(?:(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?|cache|store\.json|footprints\.json)$/i

/** Characters of a name that makes a folder: with what goes around it, its path stays below what Windows takes. */
const longestFolder = 80
const longestName = 200

/** Why a text cannot name a folder of a run store on every operating system, as the rest of a sentence; undefined where it can. */
export function folderFlaw(name: string): string | undefined {
  if (name.length > longestFolder)
    return `expected at most ${longestFolder} characters but got ${name.length}`
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name) || name.endsWith(".")) {
    return `expected letters, digits, "-", "_" and "." between them, because it names a folder, but got ${quoted(name)}`
  }
  if (reserved.test(name))
    return `expected another name than ${quoted(name)}, which has a meaning of its own in a run store or on Windows`
  return undefined
}

/** Why a text cannot be the name of an arm, or of a value of its axis; undefined where it can. */
export function nameFlaw(name: string): string | undefined {
  if (name.trim() === "") return "expected a name but got an empty one"
  if (name.length > longestName) return `expected at most ${longestName} characters but got ${name.length}`
  return hiddenFlaw(name)
}

/** Why a text does not show as it is, see `hidden`; undefined where it does. */
export function hiddenFlaw(text: string): string | undefined {
  const [found] = text.match(hidden) ?? []
  if (found === undefined) return undefined
  const code = found.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")
  return `expected text that shows as it is, but got the hidden character U+${code}; remove it`
}
