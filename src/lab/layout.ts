import { join } from "node:path"

/**
 * Where things lie in a run store:
 *
 *     STORE/<experiment>/trials/<trial>/attempts/<n>/{manifest.json, journal.jsonl, checkpoints/, artifacts/,
 *                                                     result.json | failure.json}
 *     STORE/<experiment>/trials/<trial>/results/<execution>.json
 */
export function trialsFolder(store: string, experiment: string): string {
  return join(store, safeName(experiment, "experiment"), "trials")
}

export function trialFolder(store: string, experiment: string, trial: string): string {
  return join(trialsFolder(store, experiment), safeName(trial, "trial"))
}

export function attemptFolder(store: string, experiment: string, trial: string, attempt: number): string {
  return join(trialFolder(store, experiment, trial), "attempts", String(attempt))
}

/** Where decoded and generated examples may be kept; deleting it loses nothing. */
export function cacheFolder(store: string): string {
  return join(store, "cache")
}

/** A name that is one folder and nothing else, on every operating system. */
function safeName(name: string, what: string): string {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name)) return name
  throw new Error(
    `Expected the name of the ${what} to be letters, digits, "-", "_" and "." only, because it names a folder of the ` +
      `run store, but got ${JSON.stringify(name)}. Rename it.`,
  )
}
