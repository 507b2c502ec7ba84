import { linkSync, mkdirSync } from "node:fs"
import { join, normalize } from "node:path"
import type { Trial } from "@saddlepoint/core/trial"
import { errorCode, syncFolder, writeDurably, writeJson } from "./durable.ts"
import { type JournalLine, openJournal } from "./journal.ts"
import { attemptFolder, trialFolder } from "./layout.ts"
import { describeMachine } from "./machine.ts"
import { type Manifest, type ManifestFacts, numericEnvironment } from "./manifest.ts"
import { withoutPaths } from "./privacy.ts"
import { type Link, listFolder, type Publication, publish } from "./publication.ts"
import type { TrialResult } from "./result.ts"

/** One go at playing a trial, with a folder that nobody else writes. */
export interface Attempt {
  /** Absolute folder of the attempt. */
  readonly folder: string
  /** The attempt's number: higher than every one before it, so a late writer can be told from its successor. */
  readonly number: number
  /** Appends a line to `journal.jsonl`. */
  journal(line: JournalLine): void
  /** Writes `artifacts/<name>` whole; gives the path relative to the attempt's folder. */
  artifact(name: string, bytes: Uint8Array | string): string
  /** Writes `checkpoints/<name>` whole; gives the path relative to the attempt's folder. */
  checkpoint(name: string, bytes: Uint8Array | string): string
  /**
   * Writes `result.json` and publishes it. Call once, last.
   * @throws Error when a number in the result is not finite; nothing is written then
   */
  finish(result: TrialResult): Publication
}

/**
 * Begins an attempt at a trial: takes the next number by making its folder exclusively and writes the manifest.
 * Needs no Effect, so that a trial's process starts quickly.
 *
 * @param store folder of the run store
 * @param execution 16 hex digits from `executionIdentity`
 */
export function openAttempt(
  store: string,
  experiment: string,
  trial: Trial,
  execution: string,
  facts: ManifestFacts,
  link: Link = linkSync,
): Attempt {
  const home = trialFolder(store, experiment, trial.id)
  const number = takeNumber(home)
  const folder = attemptFolder(store, experiment, trial.id, number)
  const manifest: Manifest = {
    schema: 1,
    experiment,
    trial: trial.id,
    kind: trial.kind,
    arm: trial.arm,
    role: trial.role,
    seed: trial.seed,
    steps: trial.steps,
    preimage: trial.preimage,
    needs: trial.needs,
    attempt: number,
    execution,
    ...facts,
    machine: describeMachine(),
    environment: numericEnvironment(),
    startedAt: new Date().toISOString(),
  }
  writeJson(join(folder, "manifest.json"), withoutPaths(manifest))
  const journal = openJournal(folder)
  return {
    folder,
    number,
    journal: journal.write,
    artifact: (name, bytes) => keep(folder, "artifacts", name, bytes),
    checkpoint: (name, bytes) => keep(folder, "checkpoints", name, bytes),
    finish(result) {
      if (result.trial !== trial.id || result.execution !== execution) {
        throw new Error(
          `Expected a result of trial ${trial.id} under execution ${execution}, but got one of trial ${result.trial} ` +
            `under ${result.execution}.`,
        )
      }
      refuseNonFinite(result, "result")
      journal.close()
      writeJson(join(folder, "result.json"), withoutPaths({ ...result, attempt: number }))
      return publish(home, folder, trial.id, execution, link)
    },
  }
}

/** Makes the first free attempt folder; of two that want the same number, one gets the next. */
function takeNumber(home: string): number {
  const attempts = join(home, "attempts")
  mkdirSync(attempts, { recursive: true })
  for (let number = highestAttempt(home) + 1; ; number += 1) {
    try {
      mkdirSync(join(attempts, String(number)))
      syncFolder(attempts)
      return number
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error
    }
  }
}

/** Numbers of a trial's attempts, ascending. */
export function attemptNumbers(home: string): number[] {
  return listFolder(join(home, "attempts"))
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
}

function highestAttempt(home: string): number {
  return attemptNumbers(home).at(-1) ?? 0
}

function keep(folder: string, part: string, name: string, bytes: Uint8Array | string): string {
  const path = normalize(name).replaceAll("\\", "/")
  if (path === "." || path.startsWith("/") || path.split("/").includes("..") || /^[A-Za-z]:/.test(path)) {
    throw new Error(`Expected a file name within ${part}/ of the attempt, but got ${JSON.stringify(name)}.`)
  }
  writeDurably(join(folder, part, path), bytes)
  return `${part}/${path}`
}

function refuseNonFinite(value: unknown, path: string): void {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new Error(
      `Expected only finite numbers in a result, but ${path} is ${value}. Leave it out, or end the trial as diverged.`,
    )
  }
  if (typeof value !== "object" || value === null) return
  for (const [key, inner] of Object.entries(value)) refuseNonFinite(inner, `${path}.${key}`)
}
