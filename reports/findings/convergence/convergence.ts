import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import type { SeenMoment } from "@saddlepoint/lab/contracts/moments"
import type { TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import type { Arm, Study } from "../study.ts"
import { type Diagnosis, diagnose } from "./diagnosis.ts"
import { momentsOf } from "./moments.ts"

/** A trial that kept snapshots, with what they say. */
export interface DiagnosedTrial {
  readonly arm: Arm
  readonly trial: TrialFinding
  readonly moments: readonly SeenMoment[]
  readonly diagnosis: Diagnosis
}

/** What the trials of a study went through. */
export interface Convergence {
  /** What last, best seen and the course are told by. */
  readonly output?: MetricOutput
  readonly trials: readonly DiagnosedTrial[]
}

/** Diagnoses every trial that kept snapshots; null where none did. The first metric output that is compared decides. */
export async function convergenceOf({ arms, outputs: [output] }: Study): Promise<Convergence | null> {
  const found = await Promise.all(
    arms.flatMap((arm) => arm.trials.map(async (trial) => ({ arm, trial, moments: await momentsOf(trial) }))),
  )
  const trials = found.flatMap(({ arm, trial, moments }) =>
    moments === null ? [] : [{ arm, trial, moments, diagnosis: diagnose(moments, output) }],
  )
  return trials.length === 0 ? null : { ...(output === undefined ? {} : { output }), trials }
}
