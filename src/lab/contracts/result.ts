import type { JudgedOutput } from "@saddlepoint/core/answer/evaluate"
import type { ExamResult } from "@saddlepoint/core/contracts/judge"
import type { Role, TrialKind } from "@saddlepoint/core/declare/trial"

/** A metric's value with all that makes it comparable, and its evaluation noise where that was estimated. */
export type MetricValue = JudgedOutput

/**
 * How a trial ended with a result. `diverged` is a result: a loss or a weight became non-finite or left all bounds;
 * its evidence says which, where, and what the value was.
 */
export type ResultStatus = "completed" | "diverged"

/** What a finished attempt publishes; the file `result.json`. Numbers are finite, or absent. */
export interface TrialResult {
  /** From 2 on the file is sealed (`store/files/sealed.ts`) and names its `files`; from 3 on evaluations stand beside it. */
  readonly schema: 1 | 2 | 3
  readonly trial: string
  readonly kind: TrialKind
  readonly arm: string
  readonly role: Role | "judge"
  readonly seed: number
  readonly status: ResultStatus
  /** One sentence, for `diverged`. */
  readonly evidence?: string
  /** Wall-clock seconds of training, those of earlier attempts that it goes on from included. */
  readonly trainSeconds: number
  /** Wall-clock seconds of the attempt that was published, and of its phases. */
  readonly seconds: number
  readonly phases?: { readonly opening: number; readonly training: number; readonly judging: number }
  /** Steps of training that were played; see `trainingSteps` of the manifest. */
  readonly steps: number
  /** SHA-256 over all players' variables and state in order of name; "" for controls. */
  readonly weightsSha256: string
  /** Trained parameters by player. */
  readonly parameters: Readonly<Record<string, number>>
  /** Values by metric output name, in schemas 1 and 2; later ones stand in evaluations, see `EvaluationRecord`. */
  readonly metrics?: Readonly<Record<string, MetricValue>>
  /** Of a judge: how well it learnt its task, on real images that it was not trained on. Absent in older results. */
  readonly exam?: ExamResult
  /** Peak resident memory of the process, MiB. */
  readonly peakMemory: number
  /** Files of the attempt, relative to its folder, e.g. `weights: artifacts/weights.safetensors`, `grid: artifacts/grid.png`. */
  readonly artifacts: Readonly<Record<string, string>>
  /** Execution identity: hash of code digest, lockfile, engine, device, threads. */
  readonly execution: string
  /** Every file of the attempt that the result vouches for, by its path within the attempt's folder, as it was written. */
  readonly files?: Readonly<Record<string, FileFacts>>
  /** In schema 1, in the place of `files`: SHA-256 of the attempt's journal and of its manifest. */
  readonly journalSha256?: string
  readonly manifestSha256?: string
}

/** What a file was when it was written. */
export interface FileFacts {
  readonly bytes: number
  /** 64 hex digits. */
  readonly sha256: string
}
