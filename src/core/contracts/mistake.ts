import { hidden, quoted } from "./neutral.ts"

/** One thing wrong in what a user wrote: where, and one sentence that says what was expected, what came, what to do. */
export interface Mistake {
  /** Keys from the root of the definition, e.g. `["arms", "gan", "losses", 1, "weight"]`. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Most characters of a message: libraries and plug-ins may put into theirs whatever they got. */
const longestMessage = 600
/** Most sentences that a command prints. */
const mostSentences = 20

/** `arms.gan.losses.1.weight: expected ...`, in one line. */
export function sentence({ path, message }: Mistake): string {
  const line = message.replace(/\s*[\n\t]\s*/g, " ")
  const half = longestMessage / 2
  const told = line.length <= longestMessage ? line : `${line.slice(0, half)} ... ${line.slice(-half)}`
  return path.length === 0 ? told : `${pathText(path)}: ${told}`
}

/** `arms.gan.losses.1`; a key that is long or would not show as it is stands in quotes, and of a deep path both ends stand. */
export function pathText(path: Mistake["path"]): string {
  const words = path.map((key) => {
    const text = String(key)
    const isPlain = text !== "" && text.length <= 60 && !/[\n\t]/.test(text) && text.search(hidden) < 0
    return isPlain ? text : quoted(text, 30)
  })
  if (words.length <= 12) return words.join(".")
  return [...words.slice(0, 5), "...", ...words.slice(-5)].join(".")
}

/** A definition that cannot be used, with every mistake in it. Commands print the sentences and end with code 2. */
export class InvalidDefinition extends Error {
  readonly mistakes: readonly Mistake[]
  constructor(mistakes: readonly Mistake[]) {
    const told = mistakes.slice(0, mostSentences).map(sentence)
    const more = mistakes.length - told.length
    super([...told, ...(more > 0 ? [`${more} more mistakes; correct these first.`] : [])].join("\n"))
    this.name = "InvalidDefinition"
    this.mistakes = mistakes
  }
}
