import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { EvaluationRecord } from "../contracts/evaluation.ts"
import type { TrialResult } from "../contracts/result.ts"
import { sha256 } from "../store/execution/sha256.ts"
import { sealed } from "../store/files/sealed.ts"
import type { StoredEvaluation } from "../store/results/evaluations.ts"
import type { PublishedResult } from "../store/trials/trialRecord.ts"

/** Edits a text file of a record where it lies; throws where the edit changes nothing. */
export function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, "latin1")
  const after = change(before)
  if (after === before) throw new Error(`Expected an edit of ${file}, but nothing changed.`)
  writeFileSync(file, after, "latin1")
}

/**
 * Forges a result as one who has the code can: its content is changed, files may be as well, and every digest is made to fit.
 *
 * @param change of the result as its file holds it
 * @param files texts or bytes by path within the attempt's folder
 */
export function forge(
  { home, file, folder, result, attempt }: PublishedResult,
  change: (result: TrialResult) => object,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): void {
  const facts: Record<string, object> = { ...result.files }
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content)
    facts[name] = { bytes: Buffer.byteLength(content), sha256: sha256(content) }
  }
  const text = sealed({ ...change(result), attempt, files: facts })
  // The attempt's own name and the published one are two names of one file.
  writeFileSync(join(folder, "result.json"), text)
  writeFileSync(join(home, file), text)
}

/** Forges an evaluation likewise. */
export function forgeEvaluation(
  home: string,
  { record, file }: StoredEvaluation,
  change: (record: EvaluationRecord) => object,
): void {
  const text = sealed(change(record))
  const { attempt, evaluation } = record
  for (const name of [file, `attempts/${attempt}/evaluations/${evaluation}.json`]) {
    writeFileSync(join(home, name), text)
  }
}
