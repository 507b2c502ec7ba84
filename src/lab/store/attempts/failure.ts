import { join } from "node:path"
import type { Failure } from "../../contracts/failure.ts"
import { withoutPaths } from "../files/privacy.ts"
import { readSealed, writeSealed } from "../files/sealed.ts"

/** The number that is written, and from which on the file is sealed. */
const failureSchema = 2

/** How a process ended, as its parent saw it. */
export interface ProcessEnd {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly lastLines: readonly string[]
  /** The child's own word, when it sent `failed`. */
  readonly refusal?: string
  /** What it threw, when it sent `threw`. */
  readonly threw?: string
  /** Whether this process asked it to leave. */
  readonly asked?: boolean
  /** Whether the system ended processes for want of memory while it ran. */
  readonly starved?: boolean
}

/** What else the parent knows of an end. */
export interface EndFacts {
  /** It was ended because it had said nothing for too long. */
  readonly silent: boolean
  /** It said that it leaves, with a checkpoint. */
  readonly left: boolean
}

const memoryWords =
  /heap out of memory|std::bad_alloc|failed to allocate memory|cannot allocate memory|ENOMEM|out of memory|OOM when allocating/i

/** Names the class of an end without a result, and says it in one sentence. */
export function classifyEnd(
  end: ProcessEnd,
  { silent, left }: EndFacts = { silent: false, left: false },
): Pick<Failure, "class" | "sentence"> {
  if (end.refusal !== undefined) return { class: "refused", sentence: end.refusal }
  if (silent) {
    const sentence =
      "The trial's process said nothing for too long and was ended; where its steps are that slow, give --stall more seconds."
    return { class: "timed-out", sentence }
  }
  if (left || end.asked === true) {
    return { class: "preempted", sentence: "The trial was asked to leave; a later run goes on with it." }
  }
  if (
    (end.starved === true && end.signal === "SIGKILL") ||
    end.lastLines.some((line) => memoryWords.test(line))
  ) {
    return {
      class: "out-of-memory",
      sentence: "The trial's process ran out of memory. Use a smaller batch or model, or fewer --workers.",
    }
  }
  if (end.signal === "SIGKILL" || end.signal === "SIGTERM" || end.signal === "SIGINT") {
    const sentence = `The trial's process was ended by ${end.signal} from outside.`
    return { class: "preempted", sentence }
  }
  const said = end.threw ?? lastThrown(end.lastLines)
  const how =
    end.signal !== null
      ? `The trial's process crashed with ${end.signal}`
      : `The trial's process ended with exit code ${end.exitCode} before it was done`
  return { class: "failed", sentence: said === undefined ? `${how}.` : `${how}: ${said.trim()}` }
}

/** The last line that tells of something thrown: one by the name of an error, or one with a stack below it. */
function lastThrown(lines: readonly string[]): string | undefined {
  return lines.findLast(
    (line, at) =>
      /^(?:Uncaught )?\w*(?:Error|Exception)\b.*: /.test(line.trim()) ||
      (/^[A-Z]\w*: /.test(line) && /^ {4}at /.test(lines[at + 1] ?? "")),
  )
}

/** The record of an end without a result. */
export function failureOf(
  trial: string,
  attempt: number,
  execution: string,
  end: ProcessEnd,
  facts: EndFacts,
): Failure {
  const { exitCode, signal, lastLines } = end
  return {
    schema: failureSchema,
    trial,
    attempt,
    execution,
    ...classifyEnd(end, facts),
    exitCode,
    signal,
    lastLines,
  }
}

export function writeFailure(attempt: string, failure: Failure): void {
  writeSealed(join(attempt, "failure.json"), withoutPaths({ ...failure, schema: failureSchema }))
}

/** The failure of an attempt, or undefined when there is none, or it is damaged or not as it was written. */
export function readFailure(attempt: string): Failure | undefined {
  const read = readSealed(join(attempt, "failure.json"), failureSchema)
  if (typeof read === "string") return undefined
  const { schema, sentence, execution } = read.value
  if (
    (schema !== 1 && schema !== failureSchema) ||
    typeof sentence !== "string" ||
    typeof execution !== "string"
  )
    return undefined
  return read.value as unknown as Failure
}
