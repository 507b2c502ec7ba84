/**
 * How a trial's process ended without a result. `failed`: it crashed. `preempted`: it was told to leave, or ended from
 * outside. `timed-out`: it was silent for too long. `refused`: it said in a sentence why it cannot play the trial;
 * playing it again would end the same way.
 */
export type FailureClass = "failed" | "out-of-memory" | "preempted" | "timed-out" | "refused"

/** `failure.json`, written by the parent into the folder of the attempt that ended without a result. */
export interface Failure {
  readonly schema: 1 | 2
  readonly trial: string
  readonly attempt: number
  readonly execution: string
  readonly class: FailureClass
  /** Null when a signal ended the process. */
  readonly exitCode: number | null
  readonly signal: string | null
  /** The last lines that the process wrote, oldest first. */
  readonly lastLines: readonly string[]
  readonly sentence: string
}
