import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { Evaluation } from "@saddlepoint/core/declare/trial"
import type { CodeIdentity } from "./codeIdentity.ts"
import type { MetricValue } from "./result.ts"

/** What one metric says of one result: `evaluations/<id>.<execution of the result>.<execution>.json` beside a trial's results. */
export interface EvaluationRecord {
  readonly schema: 1
  /** First 16 hex digits of the SHA-256 of the canonical JSON of `preimage`. */
  readonly evaluation: string
  /** Name of the metric's plug-in. */
  readonly metric: string
  readonly preimage: JsonObject
  /** Present where paths were taken out of `preimage`, so that it no longer hashes to `evaluation`. */
  readonly preimageWithoutPaths?: true
  readonly trial: string
  /** The result that was judged. */
  readonly of: { readonly execution: string; readonly weightsSha256: string }
  /** Attempt whose process judged: the one that trained, or a later one. */
  readonly attempt: number
  readonly execution: string
  readonly code: EvaluatingCode
  /** See `Judging`. */
  readonly metricCode: string
  /** By metric output name. Numbers are finite. */
  readonly values: Readonly<Record<string, MetricValue>>
}

/** The code that judged. `sources` are the files that the attempt's manifest does not name, or names with other contents. */
export type EvaluatingCode = Pick<CodeIdentity, "digest" | "files" | "lockfile" | "sources">

/** An evaluation that a trial's process is asked for. */
export interface AskedEvaluation extends Evaluation {
  readonly execution: string
  readonly code: EvaluatingCode
  readonly metricCode: string
}
