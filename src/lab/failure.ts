import { join } from "node:path"
import { readJson, writeJson } from "./durable.ts"
import { withoutPaths } from "./privacy.ts"

/**
 * How a trial's process ended without a result. `refused`: it said in a sentence why it cannot play the trial;
 * playing it again would end the same way.
 */
export type FailureClass = "crashed" | "out-of-memory" | "killed" | "refused"

/** `failure.json`, written by the parent into the folder of the attempt that ended without a result. */
export interface Failure {
  readonly schema: 1
  readonly trial: string
  readonly attempt: number
  readonly execution: string
  readonly class: FailureClass
  /** Null when a signal ended the process. */
  readonly exitCode: number | null
  readonly signal: string | null
  /** The last lines that the process wrote, oldest first. */
  readonly lastLines: readonly string[]
  readonly sentence: string
}

/** How a process ended, as its parent saw it. */
export interface ProcessEnd {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly lastLines: readonly string[]
  /** The child's own word, when it sent `failed`. */
  readonly refusal?: string
}

const memoryWords =
  /heap out of memory|std::bad_alloc|failed to allocate memory|cannot allocate memory|ENOMEM/i

/** Names the class of an end without a result, and says it in one sentence. */
export function classifyEnd(end: ProcessEnd): Pick<Failure, "class" | "sentence"> {
  if (end.refusal !== undefined) return { class: "refused", sentence: end.refusal }
  if (end.lastLines.some((line) => memoryWords.test(line))) {
    return {
      class: "out-of-memory",
      sentence: "The trial's process ran out of memory. Use a smaller batch or model, or fewer --workers.",
    }
  }
  if (end.signal === "SIGKILL" || end.signal === "SIGTERM" || end.signal === "SIGINT") {
    const hint =
      end.signal === "SIGKILL" ? " The system does this when memory runs out: try fewer --workers." : ""
    return {
      class: "killed",
      sentence: `The trial's process was ended by ${end.signal} from outside.${hint}`,
    }
  }
  const said = end.lastLines.findLast((line) =>
    /^(?:Uncaught )?\w*(?:Error|Exception)\b.*: /.test(line.trim()),
  )
  const how =
    end.signal !== null
      ? `The trial's process crashed with ${end.signal}`
      : `The trial's process ended with exit code ${end.exitCode} and published no result`
  return { class: "crashed", sentence: said === undefined ? `${how}.` : `${how}: ${said.trim()}` }
}

/** Whether another go may end otherwise. A refusal and a full memory repeat themselves. */
export function mayRetry(kind: FailureClass): boolean {
  return kind === "crashed" || kind === "killed"
}

export function writeFailure(attempt: string, failure: Failure): void {
  writeJson(join(attempt, "failure.json"), withoutPaths(failure))
}

/** The failure of an attempt, or undefined when there is none or it is damaged. */
export function readFailure(attempt: string): Failure | undefined {
  const read = readJson(join(attempt, "failure.json"))
  if (typeof read === "string") return undefined
  const { schema, sentence, execution } = read.value
  if (schema !== 1 || typeof sentence !== "string" || typeof execution !== "string") return undefined
  return read.value as unknown as Failure
}
