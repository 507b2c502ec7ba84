/** How the trial was asked for; enough to ask for it again from the same working folder. */
export interface DefinitionFacts {
  /** Relative to the working folder, with "/"; `…/name` for a file outside it, whose place is nobody's business. */
  readonly file: string
  readonly profile?: string
  /** `path=value`, as given to `--set`. */
  readonly overrides: readonly string[]
}
