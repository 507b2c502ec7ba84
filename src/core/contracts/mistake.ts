/** One thing wrong in what a user wrote: where, and one sentence that says what was expected, what came, what to do. */
export interface Mistake {
  /** Keys from the root of the definition, e.g. `["arms", "gan", "losses", 1, "weight"]`. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** `arms.gan.losses.1.weight: expected ...` */
export function sentence(mistake: Mistake): string {
  return mistake.path.length === 0 ? mistake.message : `${mistake.path.join(".")}: ${mistake.message}`
}

/** A definition that cannot be used, with every mistake in it. Commands print the sentences and end with code 2. */
export class InvalidDefinition extends Error {
  readonly mistakes: readonly Mistake[]
  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(sentence).join("\n"))
    this.name = "InvalidDefinition"
    this.mistakes = mistakes
  }
}
