import { existsSync } from "node:fs"
import { join } from "node:path"
import { folderFlaw } from "@saddlepoint/core/declare/names"
import { listFolder } from "./durable.ts"

/**
 * Where things lie in a run store:
 *
 *     STORE/store.json                                     the schema of the whole
 *     STORE/cache/                                         nothing is lost with it
 *     STORE/<experiment>/registrations/<n>.json            frozen definitions
 *     STORE/<experiment>/plans/<n>.json                    what was planned
 *     STORE/<experiment>/patches/<sha256>.patch            of changed code that trials ran
 *     STORE/<experiment>/trials/<trial>/attempts/<n>/{lease.json, manifest.json, journal.jsonl, checkpoints/,
 *                                                     artifacts/, result.json | failure.json}
 *     STORE/<experiment>/trials/<trial>/results/<execution>.json
 *     STORE/<experiment>/trials/<trial>/attestations/<n>.json
 *     STORE/.deleted.<experiment>.<n>/, and likewise beside trials: what `delete` did not come to remove, and `gc` does
 */
export function experimentFolder(store: string, experiment: string): string {
  return join(store, safeName(experiment, "experiment"))
}

/** Names of the experiments that a run store holds trials or plans of, in order. */
export function experimentsOf(store: string): string[] {
  return listFolder(store)
    .filter((name) => isSafe(name) && ["trials", "plans"].some((part) => existsSync(join(store, name, part))))
    .sort()
}

export function trialsFolder(store: string, experiment: string): string {
  return join(experimentFolder(store, experiment), "trials")
}

export function trialFolder(store: string, experiment: string, trial: string): string {
  return join(trialsFolder(store, experiment), safeName(trial, "trial"))
}

export function attemptFolder(store: string, experiment: string, trial: string, attempt: number): string {
  return join(trialFolder(store, experiment, trial), "attempts", String(attempt))
}

/** Where a report lies by default. */
export function reportFolder(store: string, experiment: string, profile = "default"): string {
  return join(experimentFolder(store, experiment), "reports", safeName(profile, "profile"))
}

/** Where decoded and generated examples may be kept; deleting it loses nothing. */
export function cacheFolder(store: string): string {
  return join(store, "cache")
}

/** A name that is one folder and nothing else, on every operating system. */
function safeName(name: string, what: string): string {
  if (isSafe(name)) return name
  throw new Error(
    `Expected a name of the ${what} that may be a folder of the run store, but: ${folderFlaw(name)}. Rename it.`,
  )
}

function isSafe(name: string): boolean {
  return folderFlaw(name) === undefined
}
