/** Where a replay first gave another number than the record. */
export interface Difference {
  /** Index over all stages; the number of steps for final weights and metrics. */
  readonly step: number
  /** A loss (`generator/l1`), `weights`, or a metric's name. */
  readonly name: string
  readonly recorded: number | string
  readonly replayed: number | string
}

/** What playing a finished trial again gave, beside what its attempt recorded. */
export interface Replay {
  /** The steps that were played, `from` included, `to` not. */
  readonly from: number
  readonly to: number
  /** How many of them had a line in the journal. */
  readonly compared: number
  readonly firstDifference: Difference | null
  /** Largest |recorded - replayed| / max(1, |recorded|) over losses, final weights and metrics; 0 where all are equal. */
  readonly maxDifference: number
}
