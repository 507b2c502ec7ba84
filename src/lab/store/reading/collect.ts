import type { Plan, Trial } from "@saddlepoint/core/declare/trial"
import type { DefinitionFacts } from "../../contracts/definitionFacts.ts"
import type { TrialResult } from "../../contracts/result.ts"
import type { DatasetFacts } from "../attempts/datasetFacts.ts"
import { noCurves, readCurves } from "../attempts/lossCurves.ts"
import { type Manifest, readUndeclared } from "../attempts/manifest.ts"
import { attemptFolder, trialFolder } from "../files/layout.ts"
import { withPathsCut } from "../files/privacy.ts"
import { registrationState } from "../frozen/registration.ts"
import { readAttestations } from "../results/attestation.ts"
import { newest } from "../results/publication.ts"
import { allTrials } from "../trials/allTrials.ts"
import { type PublishedResult, readTrial } from "../trials/trialRecord.ts"
import { experimentAlterations } from "./experimentAlterations.ts"
import type { Findings, TrialFinding } from "./findings.ts"
import type { Closeness } from "./resultAlterations.ts"
import { trialAlterations } from "./trialAlterations.ts"

/** What is taken, and how closely it is looked at. */
export interface Collecting {
  readonly execution?: string | undefined
  /** `small` by default. */
  readonly closeness?: Closeness
  readonly asked?: DefinitionFacts
}

/** What is kept of a manifest: the rest, with all that was declared, would be held a thousand times. */
type Told = Pick<Manifest, "engine" | "machine" | "code">

/**
 * Everything that a run store knows of a plan. Of a trial with results under several executions, the one under
 * `execution` is taken, else the newest; where the results that are taken come from more than one execution,
 * `environment` says so and how many trials each one made.
 *
 * What is not as it was written is named; a result that is not counts as missing.
 *
 * @param store folder of the run store
 */
export function collectFindings(
  plan: Plan,
  store: string,
  { execution, closeness = "small", asked }: Collecting = {},
): Findings {
  const manifests: Told[] = []
  const datasets = new Map<string, DatasetFacts>()
  const collected = new Map<string, TrialFinding>()
  const verified: string[] = []
  for (const trial of allTrials(plan)) {
    const record = readTrial(store, plan.experiment, trial.id)
    const chosen =
      (execution === undefined ? undefined : record.results.get(execution)) ?? newest(record.results.values())
    const home = trialFolder(store, plan.experiment, trial.id)
    const altered = trialAlterations(home, trial.id, closeness)
    const manifest =
      chosen === undefined
        ? undefined
        : readUndeclared(attemptFolder(store, plan.experiment, trial.id, chosen.attempt))
    if (manifest !== undefined) {
      const { engine, machine, code } = manifest
      manifests.push({ engine, machine, code })
      if (manifest.dataset !== undefined && isDescribed(manifest.dataset)) {
        datasets.set(manifest.dataset.digest, manifest.dataset)
      }
    }
    const last = record.failures.at(-1)
    // Whoever was asked to leave goes on in a later run.
    const failure = last?.class === "preempted" ? undefined : last?.sentence
    const finding = findingOf(trial, chosen, manifest, failure)
    collected.set(trial.id, altered.length === 0 ? finding : { ...finding, altered })
    if (chosen !== undefined) {
      const attestation = readAttestations(home, [chosen.file]).standing.at(-1)
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
      ...environmentOf(manifests),
      Execution: shares(results.map((result) => result.execution)),
      Verified: verificationOf(verified, results.length),
      Digests: coverageOf(results),
    },
    altered: experimentAlterations(store, plan.experiment, closeness),
  }
}

function findingOf(
  trial: Trial,
  chosen: PublishedResult | undefined,
  manifest: Pick<Manifest, "answers"> | undefined,
  failure?: string,
): TrialFinding {
  const { id, arm, role, kind, seed } = trial
  if (chosen === undefined) {
    const common = { id, arm, role, kind, seed, curves: noCurves }
    return failure === undefined
      ? { ...common, status: "missing" }
      : { ...common, status: "failed", evidence: failure }
  }
  const { result, folder, attempt } = chosen
  return {
    id,
    arm,
    role,
    kind,
    seed,
    ...(manifest?.answers === undefined ? {} : { answers: manifest.answers }),
    status: result.status,
    ...(result.evidence === undefined ? {} : { evidence: result.evidence }),
    result,
    folder,
    attempt,
    curves: readCurves(folder),
  }
}

/** Whether a manifest describes its dataset as those of schema 3 and later do. */
function isDescribed(facts: NonNullable<Manifest["dataset"]>): facts is DatasetFacts {
  return typeof facts.digest === "string" && typeof facts.splits === "object"
}

function environmentOf(manifests: readonly Told[]): Record<string, string> {
  const facts: Record<string, (told: Told) => string | undefined> = {
    Engine: ({ engine }) => `${engine.name} (${engine.version})`,
    Device: ({ engine }) => engine.device,
    "Threads per trial": ({ engine }) => String(engine.threads),
    Platform: ({ machine }) => `${machine.platform} ${machine.arch}, ${machine.instructions}`,
    Processor: ({ machine }) => `${machine.cpu}, ${machine.cores} cores, ${machine.memory} GiB`,
    "Node.js": ({ machine }) => machine.node,
    Code: ({ code }) => code.digest.slice(0, 16),
    Commit: ({ code }) => code.commit && `${code.commit.slice(0, 12)}${code.dirty ? " with changes" : ""}`,
    Lockfile: ({ code }) => code.lockfile.slice(0, 16) || undefined,
  }
  return Object.fromEntries(
    Object.entries(facts).flatMap(([label, fact]) => {
      const values = manifests.flatMap((manifest) => fact(manifest) ?? [])
      return values.length === 0 ? [] : [[label, shares(values)]]
    }),
  )
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

/** One value as it is; several with the number of trials that each one made: `mixed: a (12 trials), b (13 trials)`. */
function shares(values: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  if (counts.size <= 1) return values[0] ?? "none"
  const parts = [...counts].map(([value, n]) => `${value} (${n} ${n === 1 ? "trial" : "trials"})`)
  return `mixed: ${parts.join(", ")}`
}
