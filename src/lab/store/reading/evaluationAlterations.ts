import { existsSync } from "node:fs"
import { join } from "node:path"
import { contentHash } from "@saddlepoint/core/declare/canonical"
import type { FileFacts } from "../../contracts/result.ts"
import { isSameFile } from "../files/durable.ts"
import { readSealed } from "../files/sealed.ts"
import {
  evaluationKey,
  readEvaluation,
  type StoredEvaluation,
  writtenEvaluations,
} from "../results/evaluations.ts"
import { type Alteration, type Closeness, misfit } from "./resultAlterations.ts"

/** How a published evaluation contradicts itself, or the attempt whose process judged. Its own seal fits, or it would not have been read. */
export function evaluationAlterations(
  home: string,
  { record, file }: StoredEvaluation,
  closeness: Closeness,
): Alteration[] {
  const { evaluation, attempt, preimage, preimageWithoutPaths, trial } = record
  const own = `attempts/${attempt}/evaluations/${evaluation}.json`
  const found: Alteration[] = []
  if (!isSameFile(join(home, own), join(home, file))) {
    found.push({ file: own, sentence: `${own} is not the evaluation that ${file} publishes.` })
  }
  if (closeness === "small") return found
  const differs = preimageWithoutPaths === undefined && contentHash(preimage).slice(0, 16) !== evaluation
  if (differs || preimage.trial !== trial) {
    found.push({ file, sentence: `${file} describes another evaluation than its own.` })
  }
  return found
}

/**
 * What an attempt that only judged, or was cut off, left that is not as it was written.
 * @param published names of the trial's whole evaluations, whatever their generation
 */
export function judgingAlterations(
  attempt: string,
  place: string,
  trial: string,
  closeness: Closeness,
  published: ReadonlySet<string | undefined>,
): Alteration[] {
  const found: Alteration[] = []
  const add = (name: string, what: string) => {
    found.push({ file: `${place}/${name}`, sentence: `${place}/${name} ${what}.` })
  }
  const changed = "is cut off, or was changed after it was written"
  // Those that were published were read under their other names.
  for (const name of closeness === "all" ? writtenEvaluations(attempt) : []) {
    const record = readEvaluation(join(attempt, "evaluations", name))
    const isOver = ["result.json", "judged.json"].some((end) => existsSync(join(attempt, end)))
    if (record === undefined) add(`evaluations/${name}`, changed)
    else if (isOver && !published.has(evaluationKey(record))) {
      add(`evaluations/${name}`, "is not published any more; the next run publishes it again")
    }
  }
  const read = readSealed(join(attempt, "judged.json"), 1)
  if (read === "absent") return found
  const files = read === "broken" || read.value.trial !== trial ? undefined : read.value.files
  if (typeof files !== "object" || files === null) add("judged.json", changed)
  for (const [name, facts] of Object.entries((files ?? {}) as Record<string, FileFacts>)) {
    const what = misfit(join(attempt, name), facts, closeness)
    if (what !== undefined) add(name, what)
  }
  return found
}
