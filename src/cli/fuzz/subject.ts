import type { Stream } from "@saddlepoint/engine/random"

/** One thing that a user may give, and what reading it says. */
export interface Case {
  /** What was done to it, in a word or two. */
  readonly kind: string
  /**
   * Reads it as a command does.
   * @returns sentences that refuse it; none where it can be used
   * @throws whatever a command would not tell as a sentence
   */
  run(): Promise<readonly string[]>
}

/** Folders of a subject, both empty at the start. */
export interface Folders {
  /** Where it keeps the files that it makes. */
  readonly files: string
  /** The working folder, and where a run store would be: nothing may be left in it. */
  readonly work: string
}

/** A kind of thing that users give. */
export interface Subject {
  /** Makes ready what all cases share; a case is a function of its stream alone. */
  open(folders: Folders): Promise<(draw: Stream) => Case>
}
