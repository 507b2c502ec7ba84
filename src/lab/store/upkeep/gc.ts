import { existsSync, lstatSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { stillsFolder } from "../../contracts/stills.ts"
import { attemptNumbers } from "../attempts/attempt.ts"
import { checkpointFiles } from "../attempts/checkpointFile.ts"
import { readFailure } from "../attempts/failure.ts"
import { readManifest } from "../attempts/manifest.ts"
import { errorCode, listFolder } from "../files/durable.ts"
import { folderSize } from "../files/folderSize.ts"
import { attemptFolder, experimentFolder, experimentsOf, trialFolder, trialsFolder } from "../files/layout.ts"
import { readLease } from "../leases/lease.ts"
import { sightOf } from "../leases/leaseSight.ts"
import { readEvaluations } from "../results/evaluations.ts"
import { readPublished, readResult } from "../results/publication.ts"
import { setAsideIn } from "./deletion.ts"

/** What is not needed any more. */
export type Waste = "attempts" | "checkpoints" | "drafts" | "deleted" | "cache"

/** One thing to remove, with its bytes. */
export interface Removal {
  readonly kind: Waste
  /** Relative to the run store, with "/". */
  readonly path: string
  readonly bytes: number
}

export interface GcOptions {
  /** One experiment; all of them when left out. */
  readonly experiment?: string
  /** Checkpoints of finished trials too; `verify --window` plays from them. */
  readonly checkpoints?: boolean
  readonly cache?: boolean
  /** Milliseconds since 1970. */
  readonly now?: number
}

/** A lease from elsewhere is taken for lapsed only when it is so many times as old as it is long. */
const patience = 100
/** Milliseconds: a folder without a lease, or a draft, may belong to somebody at work for so long. */
const workingHour = 3_600_000

/**
 * Finds what a run store can do without: attempts of trials that have a result under the same execution from another
 * attempt, attempts that were cut off before they left anything, drafts of dead processes, and what a deletion that was cut off left. Never the attempt of a published
 * result or evaluation, a living attempt, what a trial without a result could go on from, or the evidence of its failure. The highest
 * attempt of a trial, and all above its newest result, keep their lease and their end: their numbers are fencing tokens.
 */
export function findWaste(store: string, options: GcOptions = {}): Removal[] {
  const now = options.now ?? Date.now()
  const found: Removal[] = []
  const add = (kind: Waste, path: string) => {
    const whole = join(store, path)
    if (existsSync(whole)) found.push({ kind, path, bytes: folderSize(whole).bytes })
  }
  for (const experiment of options.experiment === undefined ? experimentsOf(store) : [options.experiment]) {
    for (const place of ["", "plans", "registrations"]) {
      for (const draft of draftsIn(join(experimentFolder(store, experiment), place), now))
        add("drafts", [experiment, place, draft].filter(Boolean).join("/"))
    }
    for (const name of setAsideIn(trialsFolder(store, experiment)))
      add("deleted", `${experiment}/trials/${name}`)
    for (const trial of listFolder(trialsFolder(store, experiment))) {
      if (trial.startsWith(".")) continue
      wasteOfTrial(store, experiment, trial, options.checkpoints === true, now, add)
    }
  }
  if (options.experiment === undefined) {
    for (const name of setAsideIn(store)) add("deleted", name)
    for (const draft of draftsIn(store, now)) add("drafts", draft)
    if (options.cache === true) add("cache", "cache")
  }
  return found
}

/** Removes what was found. What is already gone is gone. */
export function removeWaste(store: string, removals: readonly Removal[]): void {
  for (const { path } of removals) rmSync(join(store, path), { recursive: true, force: true })
}

/** Bytes and number of removals by kind. */
export function sumOf(
  removals: readonly Removal[],
): Record<Waste, { readonly removed: number; readonly bytes: number }> {
  const none = () => ({ removed: 0, bytes: 0 })
  const sums = { attempts: none(), checkpoints: none(), drafts: none(), deleted: none(), cache: none() }
  for (const { kind, bytes } of removals) {
    sums[kind].removed += 1
    sums[kind].bytes += bytes
  }
  return sums
}

function wasteOfTrial(
  store: string,
  experiment: string,
  trial: string,
  checkpoints: boolean,
  now: number,
  add: (kind: Waste, path: string) => void,
): void {
  const home = trialFolder(store, experiment, trial)
  const numbers = attemptNumbers(home)
  const highest = numbers.at(-1)
  const { results } = readPublished(home, trial)
  const here = `${experiment}/trials/${trial}`
  for (const place of ["", "results", "evaluations", "attestations", "attempts"]) {
    for (const draft of draftsIn(join(home, place), now))
      add("drafts", [here, place, draft].filter(Boolean).join("/"))
  }
  const published = new Set([...results.values()].map(({ attempt }) => attempt))
  const newest = Math.max(0, ...published)
  for (const { record } of readEvaluations(home, trial).evaluations) published.add(record.attempt)
  for (const number of numbers) {
    const folder = attemptFolder(store, experiment, trial, number)
    const path = `${here}/attempts/${number}`
    if (isAlive(folder, trial, now)) continue
    if (published.has(number)) {
      for (const place of ["", "artifacts", `artifacts/${stillsFolder}`, "checkpoints", "evaluations"]) {
        for (const draft of draftsIn(join(folder, place), now))
          add("drafts", [path, place, draft].filter(Boolean).join("/"))
      }
      if (checkpoints && checkpointFiles(folder).length > 0) add("checkpoints", `${path}/checkpoints`)
      continue
    }
    const execution = executionOf(folder)
    const finished = execution !== undefined && results.has(execution)
    if (!finished && leavesSomething(folder)) continue
    if (number !== highest && (newest === 0 || number < newest)) add("attempts", path)
    else for (const name of listFolder(folder)) if (!tokens.includes(name)) add("attempts", `${path}/${name}`)
  }
}

/** What stays of an attempt whose number is still needed: who had it, under which execution, and that it ended. */
const tokens = ["lease.json", "failure.json", "result.json", "judged.json", "manifest.json"]

/** Whether somebody may still write here. */
function isAlive(attempt: string, trial: string, now: number): boolean {
  if (readFailure(attempt) !== undefined) return false
  if (typeof readResult(join(attempt, "result.json"), trial) !== "string") return false
  if (existsSync(join(attempt, "judged.json"))) return false
  const lease = readLease(attempt)
  if (lease !== undefined) return sightOf(attempt, lease, now, patience) !== "gone"
  const made = statSync(attempt, { throwIfNoEntry: false })?.mtimeMs ?? now
  return now - made < workingHour
}

function executionOf(attempt: string): string | undefined {
  return (
    readManifest(attempt)?.execution ??
    readLease(attempt)?.execution ??
    readFailure(attempt)?.execution ??
    undefined
  )
}

/** A checkpoint, the evidence of a failure, or a result: one that was not published yet, or whose file may be restored from a copy. */
function leavesSomething(attempt: string): boolean {
  const ends = ["failure.json", "result.json", "judged.json"].some((name) => existsSync(join(attempt, name)))
  return ends || checkpointFiles(attempt).length > 0
}

/** Drafts right in a folder whose process is gone; one of another machine is told by its age. */
function draftsIn(folder: string, now: number): string[] {
  return listFolder(folder).filter((name) => {
    const pid = /^\..*\.(\d+)\.draft$/.exec(name)?.[1]
    if (pid === undefined) return false
    const modified = lstatSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? now
    const age = now - modified
    return age > (isRunning(Number(pid)) ? 24 : 1) * workingHour
  })
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === "EPERM"
  }
}
