import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { JournalStep } from "../../contracts/journalStep.ts"
import { errorCode } from "../files/durable.ts"
import { stepIn } from "./journal.ts"

/** Losses over the steps of a trial, as charts need them: numbers in columns, as a store may hold a thousand trials. */
export interface LossCurves {
  /** Over all stages, in the order of the journal. */
  readonly steps: readonly number[]
  /** By `move/term`, in the order of their first report; NaN at steps that reported none. */
  readonly losses: ReadonlyMap<string, readonly number[]>
}

/** Those of a trial without a step. */
export const noCurves: LossCurves = { steps: [], losses: new Map() }

/** Puts reported steps into columns; those with losses that are not finite are left out. */
export function lossCurves(reported: Iterable<Pick<JournalStep, "step" | "losses">>): LossCurves {
  const steps: number[] = []
  const columns = new Map<string, number[]>()
  for (const { step, losses } of reported) {
    if (!Object.values(losses).every(Number.isFinite)) continue
    for (const name in losses) {
      const column = columns.get(name) ?? []
      columns.set(name, column)
      while (column.length < steps.length) column.push(Number.NaN)
      column.push(losses[name]!)
    }
    steps.push(step)
  }
  for (const column of columns.values()) while (column.length < steps.length) column.push(Number.NaN)
  return { steps, losses: columns }
}

/**
 * The curves of an attempt's journal, with at most about `most` steps, evenly spaced, and the last. Lines of other steps are passed
 * over by their number alone: of a long trial one in many is read.
 */
export function readCurves(attempt: string, most = 200): LossCurves {
  let text: string
  try {
    text = readFileSync(join(attempt, "journal.jsonl"), "utf8")
  } catch (error) {
    if (errorCode(error) === "ENOENT") return noCurves
    throw error
  }
  return lossCurves(spacedSteps(text, most))
}

function* spacedSteps(text: string, most: number): Generator<JournalStep> {
  const last = lastStep(text)
  if (last === undefined) return
  const every = Math.max(1, Math.floor((last.step + 1) / most))
  for (let start = 0; start < last.start; ) {
    const end = text.indexOf("\n", start)
    if ((numberAt(text, start) ?? 0) % every === 0) {
      const line = stepIn(text.slice(start, end))
      if (line !== undefined && line.step % every === 0) yield line
    }
    start = end + 1
  }
  yield last.line
}

/** The last whole line of a step, and where it starts. */
function lastStep(text: string) {
  for (let end = text.length; end >= 0; ) {
    const start = end === 0 ? 0 : text.lastIndexOf("\n", end - 1) + 1
    const line = stepIn(text.slice(start, end))
    if (line !== undefined) return { line, step: line.step, start }
    end = start - 1
  }
  return undefined
}

const opening = '{"event":"step","stage":"'
const numberKey = '","step":'

/** The number of the step whose line starts here, as journals are written; undefined where only reading the line can tell. */
function numberAt(text: string, start: number): number | undefined {
  if (!text.startsWith(opening, start)) return undefined
  const key = text.indexOf('"', start + opening.length)
  if (!text.startsWith(numberKey, key)) return undefined
  let step = 0
  for (let at = key + numberKey.length; ; at++) {
    const code = text.charCodeAt(at)
    if (code >= 48 && code <= 57) step = 10 * step + code - 48
    else return code === 44 ? step : undefined
  }
}
