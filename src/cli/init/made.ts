/** What `init` wrote. */
export interface Made {
  readonly folder: string
  /** Names within the folder. */
  readonly files: readonly string[]
  /** What to call next, line by line. */
  readonly next: readonly string[]
}
