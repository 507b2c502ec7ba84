import { existsSync, renameSync, rmSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { attemptNumbers } from "../attempts/attempt.ts"
import { errorCode, listFolder, syncFolder } from "../files/durable.ts"
import { folderSize } from "../files/folderSize.ts"
import { experimentFolder, experimentsOf, trialFolder, trialsFolder } from "../files/layout.ts"
import { hasChoice } from "../frozen/choiceFile.ts"
import { readPlans } from "../frozen/keptPlan.ts"
import { newestPlans } from "../frozen/newestPlans.ts"
import { readLease } from "../leases/lease.ts"
import { sightOf } from "../leases/leaseSight.ts"
import { readPublished } from "../results/publication.ts"
import { allTrials } from "../trials/allTrials.ts"
import { hasEnded } from "../trials/claim.ts"

/** What of an experiment is to go, found and not yet removed. */
export interface Deletion {
  readonly experiment: string
  /** Whether all of it goes, its plans and registrations too. */
  readonly whole: boolean
  /** Ids of the trials that go, in order. */
  readonly trials: readonly string[]
  /** Published results among them. */
  readonly results: number
  readonly bytes: number
  /** Frozen definitions that go with the whole. */
  readonly registrations: number
  /** Experiments whose tunables this search chose: they find no choice any more. */
  readonly confirmedBy: readonly string[]
}

const day = 86_400_000
/** A lease from elsewhere is taken for lapsed only when it is so many times as old as it is long. */
const patience = 10

/**
 * Finds what the deletion of an experiment frees. Nothing of it is used by another experiment, as each has judges and controls of its own; only
 * a search's choice is.
 *
 * @param older removes only trials that no newest plan of any profile holds, and in which nothing was written for so many days
 * @throws RangeError in one sentence where something that is to go is played, or nobody knows what is needed
 */
export function findDeletion(
  store: string,
  experiment: string,
  { older, now = Date.now() }: { readonly older?: number | undefined; readonly now?: number } = {},
): Deletion {
  const begun = trialsIn(store, experiment)
  const trials = older === undefined ? begun : formerTrials(store, experiment, begun, now - older * day)
  refusePlayed(store, experiment, experimentFolder(store, experiment), trials, now)
  const homes = trials.map((trial) => trialFolder(store, experiment, trial))
  const places = older === undefined ? [experimentFolder(store, experiment)] : homes
  return {
    experiment,
    whole: older === undefined,
    trials,
    results: homes.reduce((sum, home) => sum + readPublished(home, basename(home)).results.size, 0),
    bytes: places.reduce((sum, place) => sum + folderSize(place).bytes, 0),
    registrations:
      older === undefined
        ? listFolder(join(experimentFolder(store, experiment), "registrations")).filter((name) =>
            /^\d+\.json$/.test(name),
          ).length
        : 0,
    confirmedBy: older === undefined ? confirmationsOf(store, experiment) : [],
  }
}

/**
 * Removes what was found: each folder gets a name that nobody reads, and is gone for all in that moment; then its files are removed. Cut off
 * in between, `gc` removes the rest. A run that begins meanwhile begins anew.
 *
 * @throws RangeError in one sentence where somebody has begun to play it since it was found; then it stands as it stood
 */
export function removeDeletion(
  store: string,
  { experiment, whole, trials }: Deletion,
  now = Date.now(),
): void {
  const places = whole
    ? [experimentFolder(store, experiment)]
    : trials.map((trial) => trialFolder(store, experiment, trial))
  for (const place of places) {
    const doomed = asideOf(place)
    if (doomed === undefined) continue
    try {
      if (whole) refusePlayed(store, experiment, doomed, trialNames(join(doomed, "trials")), now)
      else refusePlayedTrial(doomed, basename(place), now)
    } catch (error) {
      putBack(doomed, place, error as Error)
      throw error
    }
    rmSync(doomed, { recursive: true, force: true, maxRetries: 3 })
  }
}

function putBack(doomed: string, place: string, because: Error): void {
  try {
    renameSync(doomed, place)
  } catch {
    // Whoever plays has made the folder anew.
    throw new Error(
      `${because.message} What was there lies in ${doomed} now, as ${place} was begun anew; move it to another run store before \`gc\` removes it.`,
    )
  }
}

const aside = /^\.deleted\./

/** Names of what was set aside in a folder of the store to be removed, and was not. */
export function setAsideIn(folder: string): string[] {
  return listFolder(folder).filter((name) => aside.test(name))
}

/** `setAside`, with why it cannot be in a sentence. */
function asideOf(place: string): string | undefined {
  try {
    return setAside(place)
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    throw new Error(
      `Expected to delete ${place}, but got: ${(error as Error).message}. Nothing of it was deleted; make the run store writable, and end what has its files open.`,
    )
  }
}

/** Gives a folder a name that is free; undefined where it is gone. */
function setAside(place: string): string | undefined {
  for (let number = 1; ; number += 1) {
    const doomed = join(dirname(place), `.deleted.${basename(place)}.${number}`)
    if (existsSync(doomed)) continue
    try {
      renameSync(place, doomed)
      syncFolder(dirname(place))
      return doomed
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined
      // Another process took the name in between.
      if (!["ENOTEMPTY", "EEXIST"].includes(errorCode(error) ?? "")) throw error
    }
  }
}

function trialsIn(store: string, experiment: string): string[] {
  return trialNames(trialsFolder(store, experiment))
}

function trialNames(folder: string): string[] {
  return listFolder(folder)
    .filter((name) => !name.startsWith("."))
    .sort()
}

/** Trials that no newest plan holds and nobody wrote in since `before`. */
function formerTrials(store: string, experiment: string, begun: readonly string[], before: number): string[] {
  const plans = newestPlans(store, experiment)
  if (plans.length === 0) {
    const why = hasChoice(store, experiment) ? "it is a search" : "it is of an earlier version or a search"
    throw new RangeError(
      `Expected plans of ${experiment}, which tell what trials are needed, but the run store keeps none, as ${why}; leave --older out to delete all of it.`,
    )
  }
  const needed = new Set(
    plans.flatMap(({ plan }) => allTrials(plan).flatMap(({ id, formerId = id }) => [id, formerId])),
  )
  return begun.filter(
    (id) => !needed.has(id) && folderSize(trialFolder(store, experiment, id)).newest < before,
  )
}

function refusePlayed(
  store: string,
  experiment: string,
  folder: string,
  trials: readonly string[],
  now: number,
): void {
  for (const trial of trials)
    refusePlayedTrial(join(folder, "trials", trial), trial, now, `${experiment} of ${store}`)
}

function refusePlayedTrial(home: string, trial: string, now: number, where = "the run store"): void {
  for (const number of attemptNumbers(home)) {
    const attempt = join(home, "attempts", String(number))
    const lease = readLease(attempt)
    if (lease === undefined || hasEnded(attempt)) continue
    const sight = sightOf(attempt, lease, now, patience)
    if (sight === "gone") continue
    const who = sight === "here" ? `process ${lease.pid} of this machine` : "another machine"
    throw new RangeError(
      `Expected nobody to play what is to be deleted, but the trial ${trial} of ${where} is played by ${who}; stop that first.`,
    )
  }
}

/** Experiments whose newest plans rest on what a search chose. */
function confirmationsOf(store: string, search: string): string[] {
  if (!hasChoice(store, search)) return []
  return experimentsOf(store).filter((name) =>
    readPlans(store, name).plans.some(({ plan }) => plan.tuning?.search === search),
  )
}
