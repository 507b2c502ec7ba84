/** What a few steps of a trial showed. */
export interface Probe {
  /** From the start of the process until the first step could begin. */
  readonly startSeconds: number
  /** What the first steps took beyond steady ones: shapes are compiled there. */
  readonly firstStepsSeconds: number
  /** Per step of the budget, which is more than a step of training where the budget counts a move that is not in every one. */
  readonly secondsPerStep: number
  /** How many steady steps of training were timed; 0 for what does not learn. */
  readonly steps: number
  /** Bytes of the weights, and of a checkpoint (weights and the optimisers' state), float32. */
  readonly weightBytes: number
  readonly checkpointBytes: number
  /** Peak resident memory of the process, MiB. */
  readonly peakMemory: number
}
