import { linkSync, mkdirSync, readFileSync } from "node:fs"
import { join, normalize } from "node:path"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { contentHash } from "@saddlepoint/core/declare/canonical"
import type { Trial } from "@saddlepoint/core/declare/trial"
import type { AskedEvaluation, EvaluationRecord } from "../../contracts/evaluation.ts"
import type { FileFacts, TrialResult } from "../../contracts/result.ts"
import { describeMachine } from "../execution/machine.ts"
import { sha256 } from "../execution/sha256.ts"
import { errorCode, listFolder, syncFolder, writeDurably } from "../files/durable.ts"
import type { Link } from "../files/exclusive.ts"
import { attemptFolder, trialFolder } from "../files/layout.ts"
import { withoutPaths } from "../files/privacy.ts"
import { writeSealed } from "../files/sealed.ts"
import { readLease } from "../leases/lease.ts"
import { publishEvaluations } from "../results/evaluations.ts"
import { type Publication, publish, resultSchema } from "../results/publication.ts"
import { type JournalLine, openJournal } from "./journal.ts"
import { type Manifest, type ManifestFacts, manifestSchema, numericEnvironment } from "./manifest.ts"

/** One go at playing a trial, with a folder that nobody else writes. */
export interface Attempt {
  /** Absolute folder of the attempt. */
  readonly folder: string
  /** The attempt's number, its fencing token: higher than every one before it. */
  readonly number: number
  /** Appends a line to `journal.jsonl`. */
  journal(line: JournalLine): void
  /** Brings the journal to the disk. */
  sync(): void
  /** Writes `artifacts/<name>` whole; gives the path relative to the attempt's folder. */
  artifact(name: string, bytes: Uint8Array | string): string
  /**
   * Writes what a metric found, to be published with the end of the attempt.
   * @throws Error when a value is not finite; nothing is written then
   */
  judge(asked: AskedEvaluation, of: EvaluationRecord["of"], values: EvaluationRecord["values"]): void
  /**
   * Writes `result.json` and publishes it with its evaluations, unless a later attempt at the trial was begun. Call once, last.
   * @throws Error when a number in the result is not finite; nothing is written then
   */
  finish(result: TrialResult): Publication
  /** Ends an attempt that only judged, with `judged.json`, and publishes its evaluations. Call once, last. */
  close(): void
}

/**
 * Opens an attempt that was claimed for this process and writes its manifest. Needs no Effect, so that a trial's
 * process starts quickly.
 *
 * @param store folder of the run store
 * @param execution 16 hex digits from `executionIdentity`
 * @param number of the attempt, as `takeAttempt` gave it
 */
export function openAttempt(
  store: string,
  experiment: string,
  trial: Trial,
  execution: string,
  facts: ManifestFacts,
  number: number,
  link: Link = linkSync,
): Attempt {
  const home = trialFolder(store, experiment, trial.id)
  const folder = attemptFolder(store, experiment, trial.id, number)
  const manifest: Manifest = {
    schema: manifestSchema,
    experiment,
    trial: trial.id,
    kind: trial.kind,
    arm: trial.arm,
    role: trial.role,
    seed: trial.seed,
    steps: trial.steps,
    preimage: trial.preimage,
    ...(isWithoutPaths(trial.preimage) ? {} : { preimageWithoutPaths: true }),
    needs: trial.needs,
    attempt: number,
    execution,
    ...facts,
    machine: describeMachine(),
    environment: numericEnvironment(),
    startedAt: new Date().toISOString(),
  }
  writeSealed(join(folder, "manifest.json"), withoutPaths(manifest))
  const journal = openJournal(folder)
  const artifacts: Record<string, FileFacts> = {}
  const sources = facts.code.sources ?? {}
  const written = (name: string) => factsOf(readFileSync(join(folder, name)))
  const ownFiles = () => ({
    "manifest.json": written("manifest.json"),
    "journal.jsonl": written("journal.jsonl"),
  })
  return {
    folder,
    number,
    journal: journal.write,
    sync: journal.sync,
    artifact(name, bytes) {
      const path = keep(folder, name, bytes)
      artifacts[path] = factsOf(bytes)
      return path
    },
    judge({ id, metric, preimage, execution: judging, code, metricCode }, of, values) {
      refuseNonFinite(values, "values")
      const others = Object.entries(code.sources ?? {}).filter(([name, digest]) => sources[name] !== digest)
      const record: EvaluationRecord = {
        schema: 1,
        evaluation: id,
        metric,
        preimage,
        ...(isWithoutPaths(preimage) ? {} : { preimageWithoutPaths: true }),
        trial: trial.id,
        of,
        attempt: number,
        execution: judging,
        code: { ...code, sources: Object.fromEntries(others) },
        metricCode,
        values,
      }
      writeSealed(join(folder, "evaluations", `${id}.json`), withoutPaths(record))
    },
    close() {
      journal.close()
      writeSealed(join(folder, "judged.json"), {
        schema: 1,
        trial: trial.id,
        attempt: number,
        files: ownFiles(),
      })
      publishEvaluations(home, folder, link)
    },
    finish(result) {
      if (result.trial !== trial.id || result.execution !== execution) {
        throw new Error(
          `Expected a result of trial ${trial.id} under execution ${execution}, but got one of trial ${result.trial} ` +
            `under ${result.execution}.`,
        )
      }
      refuseNonFinite(result, "result")
      journal.close()
      // A successor was given the trial because this attempt was taken for dead: what it brings comes too late.
      if (isSuperseded(home, number, execution)) return { published: false, superseded: true }
      const files = { ...ownFiles(), ...artifacts }
      const record = withoutPaths({ ...result, schema: resultSchema, attempt: number, files })
      writeSealed(join(folder, "result.json"), record)
      const publication = publish(home, folder, trial.id, execution, link)
      publishEvaluations(home, folder, link)
      return publication
    },
  }
}

/**
 * Makes the attempt folder that follows the highest one that `after` knew of; undefined when somebody else made it
 * first. A folder is made by one process only, on network file systems too.
 */
export function takeAttempt(home: string, after: number): number | undefined {
  const attempts = join(home, "attempts")
  mkdirSync(attempts, { recursive: true })
  try {
    mkdirSync(join(attempts, String(after + 1)))
  } catch (error) {
    if (errorCode(error) === "EEXIST") return undefined
    throw error
  }
  syncFolder(attempts)
  return after + 1
}

/** Numbers of a trial's attempts, ascending. */
export function attemptNumbers(home: string): number[] {
  return listFolder(join(home, "attempts"))
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
}

/** Whether a later attempt under the same execution was begun. */
export function isSuperseded(home: string, number: number, execution: string): boolean {
  return attemptNumbers(home).some((later) => {
    if (later <= number) return false
    const folder = join(home, "attempts", String(later))
    // Its maker may be about to write its lease; without one it counts, which at worst plays the trial once more.
    for (let look = 0; look < 10; look += 1) {
      const lease = readLease(folder)
      if (lease !== undefined) return lease.execution === execution
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
    }
    return true
  })
}

function keep(folder: string, name: string, bytes: Uint8Array | string): string {
  const path = normalize(name).replaceAll("\\", "/")
  if (path === "." || path.startsWith("/") || path.split("/").includes("..") || /^[A-Za-z]:/.test(path)) {
    throw new Error(`Expected a file name within artifacts/ of the attempt, but got ${JSON.stringify(name)}.`)
  }
  writeDurably(join(folder, "artifacts", path), bytes)
  return `artifacts/${path}`
}

function isWithoutPaths(preimage: JsonObject): boolean {
  return contentHash(withoutPaths(preimage)) === contentHash(preimage)
}

function factsOf(bytes: Uint8Array | string): FileFacts {
  return { bytes: Buffer.byteLength(bytes), sha256: sha256(bytes) }
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
