import { linkSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import type { TrialResult } from "../../contracts/result.ts"
import { listFolder, syncFolder } from "../files/durable.ts"
import { type Link, publishOnce } from "../files/exclusive.ts"
import { readSealed } from "../files/sealed.ts"

/** The `schema` of results that this code writes. */
export const resultSchema = 3
/** From which one on they are sealed. */
const sealedSince = 2

/** A result with the attempt that made it, as `result.json` holds it. */
export interface StoredResult {
  readonly result: TrialResult
  readonly attempt: number
}

/** A stored result under the name that published it. */
export interface NamedResult extends StoredResult {
  /** Relative to the trial's folder. */
  readonly file: string
}

export interface Publication {
  /** False when another attempt published first (its result stands), or this one was superseded. */
  readonly published: boolean
  /** True when a later attempt at the same trial was begun before this one was finished. */
  readonly superseded?: boolean
}

/**
 * Reads a `result.json` or a published result. A file that was cut off, was changed after it was written, or is another
 * trial's, is `broken`: what it says counts nowhere.
 */
export function readResult(file: string, trial: string): StoredResult | "absent" | "broken" {
  const read = readSealed(file, sealedSince)
  if (typeof read === "string") return read
  const { attempt, ...result } = read.value
  const whole =
    (result.schema === 1 ||
      ((result.schema === 2 || result.schema === resultSchema) && typeof result.files === "object")) &&
    result.trial === trial &&
    typeof attempt === "number" &&
    typeof result.execution === "string" &&
    (result.status === "completed" || result.status === "diverged") &&
    (result.schema === resultSchema || (typeof result.metrics === "object" && result.metrics !== null)) &&
    typeof result.artifacts === "object" &&
    result.artifacts !== null
  return whole ? { result: result as unknown as TrialResult, attempt } : "broken"
}

const generationName = /^([0-9a-f]{16})(?:\.(\d+))?\.json$/

/**
 * The published results of a trial by execution. Where the first file of an execution is damaged, the next
 * generation stands (`<execution>.2.json`); a damaged or changed file is named in `broken`.
 */
export function readPublished(
  trialFolder: string,
  trial: string,
): { readonly results: ReadonlyMap<string, NamedResult>; readonly broken: readonly string[] } {
  const results = new Map<string, NamedResult>()
  const broken: string[] = []
  const files = listFolder(join(trialFolder, "results"))
    .flatMap((name) => {
      const match = generationName.exec(name)
      return match === null
        ? []
        : [{ name, execution: match[1] as string, generation: Number(match[2] ?? 1) }]
    })
    .sort((a, b) => a.generation - b.generation)
  for (const { name, execution } of files) {
    if (results.has(execution)) continue
    const file = `results/${name}`
    const read = readResult(join(trialFolder, file), trial)
    if (typeof read === "string" || read.result.execution !== execution) broken.push(file)
    else results.set(execution, { ...read, file })
  }
  return { results, broken }
}

/** The one of the highest attempt: attempts are numbered as they begin. */
export function newest<R extends { readonly attempt: number }>(results: Iterable<R>): R | undefined {
  let best: R | undefined
  for (const result of results) if (best === undefined || result.attempt > best.attempt) best = result
  return best
}

/** Publishes `attempt/result.json` as the one result of (trial, execution), `results/<execution>.json`. */
export function publish(
  trialFolder: string,
  attemptFolder: string,
  trial: string,
  execution: string,
  link: Link = linkSync,
): Publication {
  const folder = join(trialFolder, "results")
  mkdirSync(folder, { recursive: true })
  syncFolder(trialFolder)
  const standing = (file: string) => {
    const read = readResult(file, trial)
    return typeof read === "string" ? undefined : read.result.execution === execution
  }
  const published = publishOnce(join(attemptFolder, "result.json"), folder, execution, standing, link)
  if (published) syncFolder(folder)
  return { published }
}
