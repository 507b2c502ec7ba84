import { linkSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import type { EvaluationRecord } from "../../contracts/evaluation.ts"
import { listFolder, syncFolder } from "../files/durable.ts"
import { type Link, publishOnce } from "../files/exclusive.ts"
import { readSealed } from "../files/sealed.ts"

/** An evaluation under the name that published it. */
export interface StoredEvaluation {
  readonly record: EvaluationRecord
  /** Relative to the trial's folder. */
  readonly file: string
}

/** The evaluations of a trial, and the names of files among them that are cut off or were changed: they count as missing. */
export interface ReadEvaluations {
  readonly evaluations: readonly StoredEvaluation[]
  readonly broken: readonly string[]
}

const fileName = /^([0-9a-f]{16})\.([0-9a-f]{16})\.([0-9a-f]{16})(?:\.(\d+))?\.json$/

/** The name of an evaluation whatever its generation, from its file relative to the trial's folder; undefined of another file. */
export function evaluationName(file: string): string | undefined {
  const match = fileName.exec(file.replace(/^evaluations\//, ""))
  return match === null ? undefined : match.slice(1, 4).join(".")
}

/** The execution of the result that a file's evaluation is of. */
export function ofExecution(file: string): string | undefined {
  return evaluationName(file)?.split(".")[1]
}

/** Every evaluation of a trial that was published; of several generations of a name the first that is whole. */
export function readEvaluations(home: string, trial: string): ReadEvaluations {
  const evaluations = new Map<string, StoredEvaluation>()
  const broken: string[] = []
  const files = listFolder(join(home, "evaluations"))
    .flatMap((name) => {
      const key = evaluationName(name)
      if (key === undefined) return []
      return [{ name, key, generation: Number(fileName.exec(name)![4] ?? 1) }]
    })
    .sort((a, b) => a.generation - b.generation || (a.name < b.name ? -1 : 1))
  for (const { name, key } of files) {
    if (evaluations.has(key)) continue
    const file = `evaluations/${name}`
    const record = readEvaluation(join(home, file))
    if (record?.trial === trial && evaluationKey(record) === key) evaluations.set(key, { record, file })
    else broken.push(file)
  }
  return { evaluations: [...evaluations.values()], broken }
}

/** One evaluation; undefined where it is missing, cut off or changed. */
export function readEvaluation(file: string): EvaluationRecord | undefined {
  const read = readSealed(file, 1)
  if (typeof read === "string") return undefined
  const { schema, evaluation, trial, of, execution, attempt, values } = read.value
  const whole =
    schema === 1 &&
    [evaluation, trial, execution].every((name) => typeof name === "string") &&
    [of, values].every((part) => typeof part === "object" && part !== null) &&
    typeof attempt === "number"
  return whole ? (read.value as unknown as EvaluationRecord) : undefined
}

/** Names of the evaluations that an attempt's process wrote, published or not. */
export function writtenEvaluations(attemptFolder: string): readonly string[] {
  return listFolder(join(attemptFolder, "evaluations")).filter((name) => /^[0-9a-f]{16}\.json$/.test(name))
}

/**
 * Publishes what an attempt's process wrote: each name is made once and never replaced. Where a damaged file has the name, the next
 * generation gets it.
 */
export function publishEvaluations(home: string, attemptFolder: string, link: Link = linkSync): void {
  const written = writtenEvaluations(attemptFolder)
  if (written.length === 0) return
  const folder = join(home, "evaluations")
  mkdirSync(folder, { recursive: true })
  for (const name of written) {
    const source = join(attemptFolder, "evaluations", name)
    const record = readEvaluation(source)
    if (record !== undefined) publishOnce(source, folder, evaluationKey(record), isOf(record), link)
  }
  syncFolder(folder)
  syncFolder(home)
}

function isOf(written: EvaluationRecord): (file: string) => boolean | undefined {
  const key = evaluationKey(written)
  return (file) => {
    const record = readEvaluation(file)
    return record === undefined ? undefined : evaluationKey(record) === key
  }
}

/** What names an evaluation: its id, the execution of the result that it is of, and its own. */
export function evaluationKey({ evaluation, of, execution }: EvaluationRecord): string {
  return `${evaluation}.${of.execution}.${execution}`
}
