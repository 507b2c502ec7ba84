/** One line of `journal.jsonl`: what was reported of one step. */
export interface JournalStep {
  readonly event: "step"
  readonly stage: string
  /** Index over all stages, from 0. */
  readonly step: number
  /** Seconds since the trial's first step. */
  readonly seconds: number
  /** By `move/term`, e.g. `generator/l1`, and `move/total`. */
  readonly losses: Readonly<Record<string, number>>
  /** The hash chain after this step, see `nextLink`; journals of schema 1 have none. */
  readonly chain?: string
}
