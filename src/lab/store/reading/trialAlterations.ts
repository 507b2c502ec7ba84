import { existsSync } from "node:fs"
import { join } from "node:path"
import { checkpointFiles, wholeBytes } from "../attempts/checkpointFile.ts"
import { readFailure } from "../attempts/failure.ts"
import { readManifest } from "../attempts/manifest.ts"
import { readAttestations } from "../results/attestation.ts"
import { evaluationName } from "../results/evaluations.ts"
import { readResult } from "../results/publication.ts"
import type { TrialRecord } from "../trials/trialRecord.ts"
import { evaluationAlterations, judgingAlterations } from "./evaluationAlterations.ts"
import { type Alteration, type Closeness, resultAlterations } from "./resultAlterations.ts"

/**
 * All of a trial that is not as it was written: results, which then count as missing, what they vouch for, the records of
 * attempts without a result, attestations. With `all` checkpoints as well, and what nothing rests on any more: results and attempts
 * in whose place others stand, attestations of results that are gone.
 */
export function trialAlterations(record: TrialRecord, closeness: Closeness): Alteration[] {
  const { id: trial, home, results, evaluations, attempts } = record
  const { results: broken, evaluations: brokenEvaluations } = record.broken
  const changed = "is cut off, or was changed after it was written"
  const replaced = (file: string) => results.has(/^results\/([0-9a-f]{16})/.exec(file)?.[1] ?? "")
  const found: Alteration[] = broken
    .filter((file) => closeness === "all" || !replaced(file))
    .map((file) => ({ file, sentence: `${file} ${changed}; it counts as missing.` }))
  const newestAttempt = Math.max(0, ...[...results.values()].map(({ attempt }) => attempt))
  const published = new Set<number>()
  for (const stored of results.values()) {
    published.add(stored.attempt)
    found.push(...resultAlterations(stored, closeness))
  }
  const standing = new Set(evaluations.map(({ file }) => evaluationName(file)))
  for (const file of brokenEvaluations) {
    if (closeness === "all" || !standing.has(evaluationName(file))) {
      found.push({ file, sentence: `${file} ${changed}; it counts as missing.` })
    }
  }
  for (const stored of evaluations) found.push(...evaluationAlterations(home, stored, closeness))
  for (const number of attempts) {
    const place = `attempts/${number}`
    const folder = join(home, place)
    const add = (file: string) => found.push({ file, sentence: `${file} ${changed}.` })
    if (!published.has(number) && (closeness === "all" || number > newestAttempt)) {
      if (readResult(join(folder, "result.json"), trial) === "broken") add(`${place}/result.json`)
      const vouchedFor = existsSync(join(folder, "judged.json"))
      if (!vouchedFor && readManifest(folder) === undefined && existsSync(join(folder, "manifest.json"))) {
        add(`${place}/manifest.json`)
      }
    }
    // An attempt may have a result, and have failed to judge it.
    if (closeness === "all" || number >= newestAttempt) {
      if (readFailure(folder) === undefined && existsSync(join(folder, "failure.json"))) {
        add(`${place}/failure.json`)
      }
    }
    found.push(...judgingAlterations(folder, place, trial, closeness, standing))
    if (closeness === "small") continue
    for (const checkpoint of checkpointFiles(folder)) {
      if (wholeBytes(folder, checkpoint) === undefined) add(`${place}/${checkpoint.file}`)
    }
  }
  const attestations = readAttestations(home, [...broken, ...[...results.values()].map(({ file }) => file)])
  for (const file of attestations.broken) {
    found.push({ file, sentence: `${file} ${changed}; it counts for nothing.` })
  }
  for (const file of closeness === "all" ? attestations.fallen : []) {
    const why = "attests a result that is not there, or is no longer as it was; it counts for nothing"
    found.push({ file, sentence: `${file} ${why}.` })
  }
  return found
}
