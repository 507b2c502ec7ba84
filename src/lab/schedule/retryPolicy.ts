import type { FailureClass } from "../contracts/failure.ts"

/**
 * How many more goes a trial gets within one run, by the way in which a go ended. A preemption is nobody's fault and
 * loses no more than the steps since the last checkpoint; a refusal would repeat itself.
 */
export const goesMore: Readonly<Record<FailureClass, number>> = {
  failed: 1,
  preempted: 5,
  "timed-out": 1,
  "out-of-memory": 1,
  refused: 0,
}
