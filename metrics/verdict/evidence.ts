import type { MetricIdentity, MetricOutput } from "@saddlepoint/core/contracts/metric"
import type { Comparison } from "@saddlepoint/core/declare/trial"
import type { Headroom } from "./headroom.ts"

/** A metric's value with all that makes it comparable. */
export interface JudgedValue {
  readonly value: number
  /** Evaluation noise: the value's standard deviation had the same players generated other images. */
  readonly noise?: number
  readonly identity: MetricIdentity
}

/** What a verdict needs to know of one trial of the plan. */
export interface JudgedTrial {
  readonly arm: string
  readonly seed: number
  readonly status: "completed" | "diverged" | "failed" | "missing"
  /** Values by metric output name; empty unless completed. */
  readonly values: Readonly<Record<string, JudgedValue>>
}

/** A completed trial's value of a metric output; undefined where it has none that is finite. */
export function judgedValue({ status, values }: JudgedTrial, metric: string): JudgedValue | undefined {
  const judged = status === "completed" ? values[metric] : undefined
  return judged !== undefined && Number.isFinite(judged.value) ? judged : undefined
}

/** What verdicts are drawn from. */
export interface Evidence {
  /** All declared comparisons: they are one family for Holm's correction, whatever came of them. */
  readonly comparisons: readonly Comparison[]
  /** The planned seeds. */
  readonly seeds: readonly number[]
  readonly trials: readonly JudgedTrial[]
  readonly outputs: readonly MetricOutput[]
  /**
   * What the controls of each dataset say of a metric output, by its name; one without planned controls is left out, and taken to
   * have headroom.
   */
  readonly controls: Readonly<Record<string, readonly ControlFinding[]>>
}

/** What the controls of one dataset say of a metric output: whether it has headroom there. */
export interface ControlFinding extends Headroom {
  /** Value of the real images, from which margins are measured; absent until the control was judged. */
  readonly real?: JudgedValue
}

/** A planned pair that gives no difference, and why. */
export interface MissingPair {
  readonly seed: number
  readonly challenger: PairedStatus
  readonly baseline: PairedStatus
}

/** A trial's status as a pair sees it; `no value`: completed, but without a finite value of the metric. */
export type PairedStatus = JudgedTrial["status"] | "no value"

/** The two trials of one training seed that a comparison pairs. */
export interface ArmPair {
  readonly seed: number
  readonly challenger: JudgedTrial
  readonly baseline: JudgedTrial
}
