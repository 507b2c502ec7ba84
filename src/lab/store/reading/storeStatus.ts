import { closeSync, fstatSync, openSync, readSync } from "node:fs"
import { join } from "node:path"
import type { Plan, Trial } from "@saddlepoint/core/declare/trial"
import type { FailureClass } from "../../contracts/failure.ts"
import { attemptNumbers } from "../attempts/attempt.ts"
import { checkpointFiles } from "../attempts/checkpointFile.ts"
import { readFailure } from "../attempts/failure.ts"
import { type Manifest, readManifest } from "../attempts/manifest.ts"
import { listFolder } from "../files/durable.ts"
import { trialFolder, trialsFolder } from "../files/layout.ts"
import { readPlans } from "../frozen/keptPlan.ts"
import { readLease } from "../leases/lease.ts"
import { sightOf } from "../leases/leaseSight.ts"
import { judged } from "../results/judged.ts"
import { newest, readResult } from "../results/publication.ts"
import { allTrials } from "../trials/allTrials.ts"
import { hasEnded } from "../trials/claim.ts"
import { readTrial, type TrialRecord } from "../trials/trialRecord.ts"
import { countExecutions, type ExecutionCounts } from "./executionCounts.ts"
import { experimentAlterations } from "./experimentAlterations.ts"
import type { Alteration, Closeness } from "./resultAlterations.ts"
import { trialAlterations } from "./trialAlterations.ts"

/**
 * Where a trial stands. `playing`: somebody holds its lease. `stopped`: its last attempt ended or was cut off, and left a
 * checkpoint to go on from. `missing`: nothing is left of it, or it was never begun. `failed`: its last attempt failed. `unjudged`: it has a
 * result, but a metric of the plan has not judged it; in stores without plans nobody knows, and it is `done`.
 */
export type Standing = "done" | "unjudged" | "diverged" | "failed" | "playing" | "stopped" | "missing"

export interface TrialStanding {
  readonly id: string
  /** What the files tell; null where they tell nothing yet. */
  readonly arm: string | null
  readonly seed: number | null
  readonly role: string | null
  readonly standing: Standing
  /** Of the newest result, or of the last attempt. */
  readonly execution: string | null
  /** Steps of training that were played, for `playing` and `stopped`, and how many there are. */
  readonly step?: number
  readonly steps?: number
  /** Who plays it. */
  readonly where?: "here" | "elsewhere"
  readonly class?: FailureClass
  /** Why it failed or diverged. */
  readonly sentence?: string
  /** Of a result: whether it vouches for itself and its files, as those of earlier versions do not. */
  readonly covered?: boolean
}

export interface TrialStatus extends TrialStanding {
  /** Files of the trial that are not as they were written. */
  readonly altered: readonly Alteration[]
}

export interface ArmStatus extends Readonly<Record<Standing, number>> {
  readonly arm: string
  readonly role: string | null
  /** Seeds with a result, ascending. */
  readonly seeds: readonly number[]
  /** How many seeds were planned; null where neither a manifest nor a plan tells. */
  readonly planned: number | null
}

/** All that a run store tells of one experiment. */
export interface ExperimentStatus {
  readonly experiment: string
  readonly counts: Readonly<Record<Standing, number>>
  /** Failed trials by class. */
  readonly failedBy: Readonly<Record<string, number>>
  readonly executions: ExecutionCounts
  readonly arms: readonly ArmStatus[]
  /** Trials that are playing, stopped or failed, or that have altered files. */
  readonly trials: readonly TrialStatus[]
  /** Ids of the trials that `retry --failed` would play. */
  readonly retry: readonly string[]
  /** Files of the experiment beside its trials that are not as they were written. */
  readonly altered: readonly Alteration[]
  /** Results that vouch for nothing, as an earlier version wrote them. */
  readonly uncovered: number
}

/**
 * Reads where every trial of an experiment stands; needs nothing but the store, whose newest plans say what should have judged a trial.
 * @param plan tells of trials that were never begun as well, and of those only that it holds
 */
export function experimentStatus(
  store: string,
  experiment: string,
  plan?: Plan,
  closeness: Closeness = "small",
): ExperimentStatus {
  const statusOf = (id: string, trial?: Trial) => {
    const record = readTrial(store, experiment, id)
    return { ...standingIn(record, trial), altered: trialAlterations(record, closeness) }
  }
  const begun = listFolder(trialsFolder(store, experiment)).filter((name) => !name.startsWith("."))
  const planned = plan === undefined ? undefined : allTrials(plan)
  const known = planned === undefined ? newestTrials(store, experiment) : new Map<string, Trial>()
  const isBegun = new Set(begun)
  const trials =
    planned === undefined
      ? begun.map((id) => statusOf(id, known.get(id)))
      : planned.map((trial) => {
          const { id, formerId } = trial
          if (isBegun.has(id)) return statusOf(id, trial)
          // As an earlier version played it, when its values were part of its result.
          if (formerId !== undefined && isBegun.has(formerId)) return statusOf(formerId, trial)
          return { ...neverBegun(trial), altered: [] }
        })
  const counts = noCounts()
  const failedBy: Record<string, number> = {}
  const made: [arm: string, execution: string][] = []
  for (const { standing, class: how, execution, arm } of trials) {
    counts[standing] += 1
    if (how !== undefined && standing === "failed") failedBy[how] = (failedBy[how] ?? 0) + 1
    if (hasResult(standing) && execution !== null && arm !== null) made.push([arm, execution])
  }
  return {
    experiment,
    counts,
    failedBy,
    executions: countExecutions(made),
    arms: armsOf(trials, plan?.seeds.length ?? plannedSeeds(store, experiment, trials)),
    trials: trials.filter(
      ({ standing, altered }) =>
        ["playing", "stopped", "failed", "unjudged"].includes(standing) || altered.length > 0,
    ),
    retry: trials.filter(({ standing }) => standing === "failed").map(({ id }) => id),
    altered: experimentAlterations(store, experiment, closeness),
    uncovered: trials.filter(({ covered }) => covered === false).length,
  }
}

/** Trials as the newest plans that the run store keeps have them, by id. */
function newestTrials(store: string, experiment: string): Map<string, Trial> {
  const { plans } = readPlans(store, experiment)
  return new Map(plans.flatMap(({ plan }) => allTrials(plan).map((trial) => [trial.id, trial] as const)))
}

/** Where one trial stands. */
export function trialStatus(store: string, experiment: string, id: string, trial?: Trial): TrialStanding {
  return standingIn(readTrial(store, experiment, id), trial)
}

function standingIn(record: TrialRecord, trial: Trial | undefined): TrialStanding {
  const { id, home, results, evaluations, attempts } = record
  const published = newest(results.values())
  const last = attempts.at(-1)
  const folder = join(home, "attempts", String(last))
  const unsettled = last !== undefined && last !== published?.attempt
  const lease = unsettled ? readLease(folder) : undefined
  const failure = unsettled ? readFailure(folder) : undefined
  const whole = unsettled ? readResult(join(folder, "result.json"), id) : "absent"
  // A whole result that nobody published yet is one: whoever claims the trial next publishes it. Where what was published is not as it
  // was written, it counts as missing until somebody does.
  const unpublished = typeof whole === "string" || record.broken.results.length > 0 ? undefined : whole.result
  const result = published?.result ?? unpublished
  const ended = failure !== undefined || (unsettled && hasEnded(folder))
  const sight = lease === undefined || ended ? "gone" : sightOf(folder, lease)
  if (last !== undefined && sight !== "gone") {
    const { arm, seed, role, steps } = factsOf(home, last, trial)
    const execution = lease?.execution ?? null
    const step = lastStep(folder) ?? 0
    return { id, arm, seed, role, standing: "playing", execution, step, ...steps, where: sight }
  }
  if (result !== undefined) {
    const { arm, seed, role, execution, status, evidence } = result
    const lacks = trial !== undefined && judged(trial, result, evaluations).unjudged.length > 0
    const trouble = lacks && last !== undefined ? readFailure(folder) : undefined
    const standing = status === "diverged" ? "diverged" : lacks ? "unjudged" : "done"
    return {
      id,
      arm,
      seed,
      role,
      standing: trouble === undefined || trouble.class === "preempted" ? standing : "failed",
      execution,
      covered: result.files !== undefined,
      ...(evidence === undefined ? {} : { sentence: evidence }),
      ...(trouble === undefined ? {} : { class: trouble.class, sentence: trouble.sentence }),
    }
  }
  if (last === undefined) return trial === undefined ? nobody(id) : neverBegun(trial)
  const { arm, seed, role, steps, manifest } = factsOf(home, last, trial)
  const execution = failure?.execution ?? lease?.execution ?? manifest?.execution ?? null
  const common = { id, arm, seed, role, execution }
  const why = failure === undefined ? {} : { class: failure.class, sentence: failure.sentence }
  const step = farthestCheckpoint(home)
  if (failure !== undefined && failure.class !== "preempted") return { ...common, standing: "failed", ...why }
  if (step !== undefined) return { ...common, standing: "stopped", step, ...steps, ...why }
  return { ...common, standing: "missing", ...why }
}

function factsOf(home: string, last: number, trial: Trial | undefined) {
  let manifest: Manifest | undefined
  for (let number = last; number > 0 && manifest === undefined; number -= 1) {
    manifest = readManifest(join(home, "attempts", String(number)))
  }
  const facts = trial ?? manifest
  return {
    arm: facts?.arm ?? null,
    seed: facts?.seed ?? null,
    role: facts?.role ?? null,
    steps: facts === undefined ? {} : { steps: manifest?.trainingSteps ?? facts.steps },
    manifest,
  }
}

function neverBegun({ id, arm, seed, role }: Trial): TrialStanding {
  return { id, arm, seed, role, standing: "missing", execution: null }
}

function nobody(id: string): TrialStanding {
  return { id, arm: null, seed: null, role: null, standing: "missing", execution: null }
}

function farthestCheckpoint(home: string): number | undefined {
  const steps = attemptNumbers(home).flatMap((number) =>
    checkpointFiles(join(home, "attempts", String(number))).map(({ step }) => step),
  )
  return steps.length === 0 ? undefined : Math.max(...steps)
}

/** How many steps a journal tells of, from its last lines alone; undefined while it tells of none. */
function lastStep(attempt: string): number | undefined {
  let handle: number | undefined
  try {
    handle = openSync(join(attempt, "journal.jsonl"), "r")
    const { size } = fstatSync(handle)
    const bytes = Buffer.alloc(Math.min(size, 2 ** 14))
    readSync(handle, bytes, 0, bytes.length, size - bytes.length)
    const step = [...bytes.toString("utf8").matchAll(/"event":"step".*?"step":(\d+)/g)].at(-1)?.[1]
    return step === undefined ? undefined : Number(step) + 1
  } catch {
    return undefined
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

/** The newest manifest that declares seeds; any of the experiment's. */
function plannedSeeds(store: string, experiment: string, trials: readonly TrialStatus[]): number | null {
  for (const { id } of trials.slice(0, 10)) {
    const home = trialFolder(store, experiment, id)
    for (const number of attemptNumbers(home).reverse()) {
      const declared = readManifest(join(home, "attempts", String(number)))?.declared
      if (declared !== undefined) return declared.seeds.length
    }
  }
  return null
}

function armsOf(trials: readonly TrialStatus[], planned: number | null): ArmStatus[] {
  const arms = new Map<string, { role: string | null; counts: Record<Standing, number>; seeds: number[] }>()
  for (const { arm, role, seed, standing } of trials) {
    if (arm === null) continue
    const found = arms.get(arm) ?? { role, counts: noCounts(), seeds: [] }
    arms.set(arm, found)
    found.counts[standing] += 1
    if (hasResult(standing) && seed !== null) found.seeds.push(seed)
  }
  return [...arms]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([arm, { role, counts, seeds }]) => {
      const once = role === "judge" || role === "control"
      // One manifest tells of one plan; that of another profile, or an earlier one, may have had fewer seeds.
      const known = planned !== null && new Set(seeds).size <= planned ? planned : null
      return { arm, role, ...counts, seeds: seeds.sort((a, b) => a - b), planned: once ? 1 : known }
    })
}

function hasResult(standing: Standing): boolean {
  return standing === "done" || standing === "unjudged" || standing === "diverged"
}

function noCounts(): Record<Standing, number> {
  return { done: 0, unjudged: 0, diverged: 0, failed: 0, playing: 0, stopped: 0, missing: 0 }
}
