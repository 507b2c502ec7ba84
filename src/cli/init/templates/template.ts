/** An experiment to begin with: on data that Saddlepoint generates, or on folders of the user's own. */
export interface Template {
  /** What it asks, for help and menus. */
  readonly about: string
  /** What `--data` names for it. */
  readonly folders: {
    readonly fewest: number
    readonly most: number
    /** E.g. `one folder of images`. */
    readonly words: string
  }
  /** How the user's own images are to lie, for the project's README. */
  readonly layout: string
  /**
   * The files of the project that hold code, by name; `experiment.ts` is what is run.
   * @param data folders of the user's own as the experiment is to name them; none for generated data
   */
  files(data: readonly string[]): Readonly<Record<string, string>>
}

/** How a file beside another one is imported, in quotes: put together, because a build takes `"./name.ts"` for an import of ours. */
export const beside = (name: string) => quote(["./", name, ".ts"].join(""))

/** A string of TypeScript. */
export const quote = (text: string) => JSON.stringify(text)
