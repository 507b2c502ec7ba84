import type { EvaluationRecord } from "../../contracts/evaluation.ts"
import type { TrialResult } from "../../contracts/result.ts"
import { type Manifest, readManifest } from "../attempts/manifest.ts"
import { listFolder } from "../files/durable.ts"
import { trialsFolder } from "../files/layout.ts"
import { readPlans } from "../frozen/keptPlan.ts"
import { isOf } from "../results/judged.ts"
import { readTrial } from "../trials/trialRecord.ts"
import { countExecutions, type ExecutionCounts } from "./executionCounts.ts"
import { experimentAlterations } from "./experimentAlterations.ts"
import { type PlanKnowledge, planKnowledge } from "./planKnowledge.ts"
import type { Alteration, Closeness } from "./resultAlterations.ts"
import { trialAlterations } from "./trialAlterations.ts"

/** One result that was published, with all that the run store has of it. */
export interface ResultRecord {
  readonly result: TrialResult
  readonly attempt: number
  /** Absolute folder of the attempt that made it. */
  readonly folder: string
  /** Of this very result, in the order of their files' names. */
  readonly evaluations: readonly EvaluationRecord[]
  /** Absent where it is lost. */
  readonly manifest?: Manifest
  /** `no`: the record is as it was written; `yes`: something of it is not; `unknown`: an earlier version wrote it, without digests. */
  readonly altered: "no" | "yes" | "unknown"
}

/** What was published of an experiment, and what could not be read. */
export interface PublishedResults {
  readonly experiment: string
  /** In order of kind (judges, controls, arms), seed, arm, trial and execution. */
  readonly results: readonly ResultRecord[]
  readonly planned: PlanKnowledge
  readonly executions: ExecutionCounts
  /** Files that are not as they were written, of trials and beside them; a result that is not is not among the results. */
  readonly altered: readonly (Alteration & { readonly trial?: string })[]
}

/** All published results of an experiment, from its run store alone; what is published meanwhile may be among them. */
export function publishedResults(
  store: string,
  experiment: string,
  closeness: Closeness = "small",
): PublishedResults {
  const found: ResultRecord[] = []
  const altered: (Alteration & { readonly trial?: string })[] = []
  for (const trial of listFolder(trialsFolder(store, experiment)).sort()) {
    if (trial.startsWith(".")) continue
    const record = readTrial(store, experiment, trial)
    const ofTrial = trialAlterations(record, closeness)
    altered.push(...ofTrial.map((one) => ({ ...one, trial })))
    for (const { result, attempt, folder } of record.results.values()) {
      const isAltered = ofTrial.some(({ file }) => file.startsWith(`attempts/${attempt}/`))
      const manifest = readManifest(folder)
      found.push({
        result,
        attempt,
        folder,
        evaluations: record.evaluations.map(({ record }) => record).filter((one) => isOf(one, result)),
        ...(manifest === undefined ? {} : { manifest }),
        altered: isAltered ? "yes" : result.files === undefined ? "unknown" : "no",
      })
    }
  }
  altered.push(...experimentAlterations(store, experiment, closeness))
  return {
    experiment,
    results: found.sort(inOrder),
    planned: planKnowledge(readPlans(store, experiment).plans),
    executions: countExecutions(found.map(({ result }) => [result.arm, result.execution])),
    altered,
  }
}

const kinds: readonly TrialResult["kind"][] = ["judge", "control", "arm"]

function inOrder({ result: a }: ResultRecord, { result: b }: ResultRecord): number {
  return (
    kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
    a.seed - b.seed ||
    inTextOrder(a.arm, b.arm) ||
    inTextOrder(a.trial, b.trial) ||
    inTextOrder(a.execution, b.execution)
  )
}

/** By UTF-16 code units, whatever the language of the system. */
export function inTextOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
