import type { Evaluation, Trial } from "@saddlepoint/core/declare/trial"
import type { CodeIdentity } from "./codeIdentity.ts"

/** What makes which bits come out, besides what is computed. */
export interface Execution {
  /** 16 hex digits, see `executionIdentity`. */
  readonly id: string
  readonly code: CodeIdentity
}

/** Under which executions trials are played and judged now: each rests on the code of its own plug-ins, and on no other's. */
export interface Executions {
  of(trial: Trial): Execution
  judging(trial: Trial, evaluation: Evaluation): Judging
}

/** An execution of an evaluation. */
export interface Judging extends Execution {
  /**
   * First 16 hex digits of the digest of the code that judges every trial alike: the program of a trial's process, the metric and its
   * judges. Values of unlike codes are never compared.
   */
  readonly metricCode: string
}

/** One execution for all trials and all that judges them, where nobody tells their code apart. */
export function oneExecution(execution: Execution): Executions {
  const metricCode = execution.code.digest.slice(0, 16)
  return { of: () => execution, judging: () => ({ ...execution, metricCode }) }
}
