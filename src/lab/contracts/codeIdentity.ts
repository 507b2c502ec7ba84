/** The code that a trial runs, by content. */
export interface CodeIdentity {
  /** SHA-256 over the names and bytes of every source file that the definition and the child's entry import. */
  readonly digest: string
  /** How many files that is. */
  readonly files: number
  /** SHA-256 of the framework's package-lock.json, or of the versions that were installed with it; "" where there is neither. */
  readonly lockfile: string
  /** The checkout's commit, and whether tracked files differ from it; absent outside a checkout. */
  readonly commit?: string
  readonly dirty?: boolean
  readonly branch?: string
  /** What differs from the commit in tracked files, where anything does; `keepPatch` keeps it in the run store. */
  readonly patch?: { readonly sha256: string; readonly bytes: number }
  /** First 12 hex digits of the SHA-256 of every file of the digest, by name. */
  readonly sources?: Readonly<Record<string, string>>
  /** Version of the framework's package.json. */
  readonly framework?: string
}
