/** Where a replay first gave another thing than the record. */
export interface Difference {
  /** Index over all stages; the number of steps for what comes after the last one. */
  readonly step: number
  /** A loss (`generator/l1`), `weights`, a metric's name, or another part of the record, e.g. `status` or `fid identity`. */
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
  /**
   * Largest relative difference of what differs and can be measured, by `losses`, `weights`, `exam`, metric output and kept file.
   * Of a metric's value and noise |recorded - replayed| / |recorded|; of losses / max(1, |recorded|); of weights and features /
   * the largest |recorded| of the tensor; of answers the share that differ; of pictures the mean distance of bytes / 255.
   */
  readonly relative: Readonly<Record<string, number>>
  /** Names of what differs and is no number, e.g. `status`, `fid identity`: no tolerance explains it. */
  readonly unlike: readonly string[]
}
