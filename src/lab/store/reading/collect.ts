import type { Plan, Trial } from "@saddlepoint/core/declare/trial"
import type { DefinitionFacts } from "../../contracts/definitionFacts.ts"
import type { Executions } from "../../contracts/execution.ts"
import type { TrialResult } from "../../contracts/result.ts"
import type { DatasetFacts } from "../attempts/datasetFacts.ts"
import { noCurves, readCurves } from "../attempts/lossCurves.ts"
import { type Manifest, readUndeclared } from "../attempts/manifest.ts"
import { withPathsCut } from "../files/privacy.ts"
import type { UsedExecutions } from "../frozen/keptPlan.ts"
import { registrationState } from "../frozen/registration.ts"
import { readAttestations } from "../results/attestation.ts"
import { type Judged, judged, type Taking } from "../results/judged.ts"
import { newest } from "../results/publication.ts"
import { allTrials } from "../trials/allTrials.ts"
import { type PublishedResult, readTrial, type TrialRecord } from "../trials/trialRecord.ts"
import { environmentOf, type MadeBy } from "./environment.ts"
import { experimentAlterations } from "./experimentAlterations.ts"
import type { Findings, TrialFinding } from "./findings.ts"
import type { Closeness } from "./resultAlterations.ts"
import { trialAlterations } from "./trialAlterations.ts"

/** What is taken, and how closely it is looked at. */
export interface Collecting {
  /** Of a run, which uses its own results and evaluations. */
  readonly executions?: Executions | undefined
  /** What the last run used, of a report without one; the newest where left out. */
  readonly used?: UsedExecutions | undefined
  /** `small` by default. */
  readonly closeness?: Closeness
  readonly asked?: DefinitionFacts
}

/**
 * Everything that a run store knows of a plan. Of a trial with results under several executions, the one under
 * its present execution is taken, else the newest that all metrics have judged, else the newest; where the results that are taken come from more than one execution,
 * `environment` says so and how many trials each one made.
 *
 * What is not as it was written is named; a result that is not counts as missing.
 *
 * @param store folder of the run store
 */
export function collectFindings(
  plan: Plan,
  store: string,
  { executions, used, closeness = "small", asked }: Collecting = {},
): Findings {
  const taking = { executions, codes: used?.metrics }
  const made: MadeBy[] = []
  const datasets = new Map<string, DatasetFacts>()
  const collected = new Map<string, TrialFinding>()
  const verified: string[] = []
  for (const trial of allTrials(plan)) {
    const record = recordOf(store, plan.experiment, trial)
    const chosen = chosenOf(trial, record, executions?.of(trial).id ?? used?.arms[trial.arm], taking)
    const altered = trialAlterations(record, closeness)
    const values = chosen === undefined ? undefined : judged(trial, chosen.result, record.evaluations, taking)
    const manifest = chosen === undefined ? undefined : readUndeclared(chosen.folder)
    if (manifest !== undefined && values !== undefined) {
      const { engine, machine, code, execution } = manifest
      const judging = values.from.map(({ record }) => record.code)
      made.push({ arm: trial.arm, execution, engine, machine, code, judging })
      if (manifest.dataset !== undefined && isDescribed(manifest.dataset)) {
        datasets.set(manifest.dataset.digest, manifest.dataset)
      }
    }
    const last = record.failures.at(-1)
    // Whoever was asked to leave goes on in a later run.
    const failure = last?.class === "preempted" ? undefined : last?.sentence
    const finding = findingOf(trial, chosen, values, manifest, failure)
    collected.set(trial.id, altered.length === 0 ? finding : { ...finding, altered })
    if (chosen !== undefined) {
      const shown = values?.from.map(({ file }) => file) ?? []
      // One that was made before a metric judged says nothing of its values.
      const attestation = readAttestations(record.home, [chosen.file]).standing.findLast(
        ({ evaluations = {} }) => shown.every((file) => evaluations[file] !== undefined),
      )
      if (attestation !== undefined) verified.push(attestation.outcome)
    }
  }
  // Whole definitions are registered, and a page is for others.
  const registration = registrationState(plan, store)
  const of = (trials: readonly Trial[]) => trials.map(({ id }) => collected.get(id) as TrialFinding)
  const results = [...collected.values()].flatMap(({ result }) => (result === undefined ? [] : [result]))
  return {
    plan,
    ...(asked === undefined ? {} : { asked }),
    trials: of(plan.trials),
    controls: of(plan.controls),
    judges: of(plan.judges),
    datasets: [...datasets.values()],
    registration: { ...registration, changes: withPathsCut(registration.changes) },
    environment: {
      ...environmentOf(made),
      Verified: verificationOf(verified, results.length),
      Digests: coverageOf(results),
    },
    altered: experimentAlterations(store, plan.experiment, closeness),
  }
}

/** What the store has of a trial; where it has nothing, of the same trial as earlier versions called it. */
function recordOf(store: string, experiment: string, { id, formerId }: Trial): TrialRecord {
  const record = readTrial(store, experiment, id)
  if (formerId === undefined || record.attempts.length > 0) return record
  const former = readTrial(store, experiment, formerId)
  return former.attempts.length > 0 ? former : record
}

function chosenOf(
  trial: Trial,
  { results, evaluations }: TrialRecord,
  wanted: string | undefined,
  taking: Taking,
): PublishedResult | undefined {
  const present = wanted === undefined ? undefined : results.get(wanted)
  if (present !== undefined || results.size <= 1) return present ?? newest(results.values())
  const whole = [...results.values()].filter(
    ({ result }) => judged(trial, result, evaluations, taking).unjudged.length === 0,
  )
  return newest(whole) ?? newest(results.values())
}

function findingOf(
  trial: Trial,
  chosen: PublishedResult | undefined,
  values: Judged | undefined,
  manifest: Pick<Manifest, "answers" | "confinement"> | undefined,
  failure?: string,
): TrialFinding {
  const { id, arm, role, kind, seed } = trial
  if (chosen === undefined || values === undefined) {
    const common = { id, arm, role, kind, seed, curves: noCurves }
    return failure === undefined
      ? { ...common, status: "missing" }
      : { ...common, status: "failed", evidence: failure }
  }
  const { result, folder, attempt } = chosen
  const { metrics, unjudged } = values
  return {
    id,
    arm,
    role,
    kind,
    seed,
    ...(manifest?.answers === undefined ? {} : { answers: manifest.answers }),
    ...(manifest?.confinement === undefined ? {} : { confinement: manifest.confinement }),
    status: result.status,
    ...(result.evidence === undefined ? {} : { evidence: result.evidence }),
    ...(unjudged.length === 0 ? {} : { unjudged, evidence: failure ?? notJudged(unjudged) }),
    result: { ...result, metrics },
    folder,
    attempt,
    curves: readCurves(folder),
  }
}

function notJudged(metrics: readonly string[]): string {
  return `${metrics.join(", ")} ${metrics.length === 1 ? "has" : "have"} not judged it; run again, which judges what is kept and trains nothing.`
}

/** Whether a manifest describes its dataset as those of schema 3 and later do. */
function isDescribed(facts: NonNullable<Manifest["dataset"]>): facts is DatasetFacts {
  return typeof facts.digest === "string" && typeof facts.splits === "object"
}

/** How many results vouch for themselves and their files; those of earlier versions do not. */
function coverageOf(results: readonly TrialResult[]): string {
  const covered = results.filter(({ files }) => files !== undefined).length
  if (covered === results.length) return "every result vouches for itself and its files"
  return `${covered} of ${results.length} results vouch for themselves and their files; the others are of an earlier version`
}

/** How many results were played again by `verify`, and what that gave. */
function verificationOf(outcomes: readonly string[], results: number): string {
  if (outcomes.length === 0) return "no result was played again"
  const counts = new Map<string, number>()
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  const parts = [...counts].sort().map(([outcome, n]) => `${n} ${outcome}`)
  return `${outcomes.length} of ${results} results played again: ${parts.join(", ")}`
}
