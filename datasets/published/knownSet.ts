/** A published file. */
export interface KnownFile {
  /** Path inside the set's folder. */
  readonly name: string
  readonly bytes: number
  /** In hexadecimal. */
  readonly sha256: string
}

/** One form of a published set, and where it can be had. */
export interface KnownForm {
  readonly files: readonly KnownFile[]
  /** Addresses that a file's name is put after, in the order in which they are tried. */
  readonly mirrors: readonly string[]
}

/** A published set that `saddlepoint datasets pull` knows. */
export interface KnownSet {
  /** Name of its folder. */
  readonly name: string
  /** Datasets that read it where no folder is given; none where `imageFolder` reads it, whose folders are anybody's. */
  readonly datasets: readonly string[]
  /** What is known of its licence, in a sentence. */
  readonly licence: string
  /** Forms in which it comes; any one is enough. */
  readonly forms: readonly KnownForm[]
}
