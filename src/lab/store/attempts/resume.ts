import type { Trial } from "@saddlepoint/core/declare/trial"
import type { JournalStep } from "../../contracts/journalStep.ts"
import { attemptFolder, trialFolder } from "../files/layout.ts"
import { attemptNumbers } from "./attempt.ts"
import { type Checkpoint, readCheckpoint } from "./checkpoint.ts"
import { type CheckpointFile, checkpointFiles } from "./checkpointFile.ts"
import { brokenLink, readJournal } from "./journal.ts"
import { readManifest } from "./manifest.ts"

/** Where an attempt goes on. */
export interface Resumption extends CheckpointFile {
  /** Number of the attempt that left the checkpoint. */
  readonly attempt: number
  readonly checkpoint: Checkpoint
  /** The journal's steps up to the checkpoint: they belong to the new attempt's journal as well. */
  readonly steps: readonly JournalStep[]
}

/**
 * The farthest whole checkpoint that earlier attempts at a trial left under the same execution, or undefined. A damaged
 * one, or one whose journal does not lead up to it, is passed over for the one before.
 */
export function findResumption(
  store: string,
  experiment: string,
  trial: Trial,
  execution: string,
  attempt: number,
): Resumption | undefined {
  const candidates = attemptNumbers(trialFolder(store, experiment, trial.id))
    .filter((number) => number < attempt)
    .flatMap((number) => {
      const folder = attemptFolder(store, experiment, trial.id, number)
      return checkpointFiles(folder).map((file) => ({ ...file, number, folder }))
    })
    .sort((a, b) => b.step - a.step || b.number - a.number)
  for (const { number, folder, ...file } of candidates) {
    if (readManifest(folder)?.execution !== execution) continue
    const checkpoint = readCheckpoint(folder, file)
    if (checkpoint === undefined) continue
    const steps = readJournal(folder).steps.filter(({ step }) => step < file.step)
    const last = steps.at(-1)
    if (last?.step !== file.step - 1 || last.chain !== checkpoint.chain) continue
    if (brokenLink(steps) === undefined) return { ...file, attempt: number, checkpoint, steps }
  }
  return undefined
}
