import { rmSync } from "node:fs"
import { join } from "node:path"
import { decodeSafetensors, encodeSafetensors, safetensorsMetadata } from "@saddlepoint/core/play/safetensors"
import { joinState, splitState, type TrainingState } from "@saddlepoint/core/play/trainingState"
import { writeDurably } from "../files/durable.ts"
import { type CheckpointFile, checkpointFiles, checkpointName, wholeBytes } from "./checkpointFile.ts"

/** What training goes on from, and the hash chain so far. */
export interface Checkpoint {
  readonly state: TrainingState
  readonly chain: string
}

/** How many checkpoints of an attempt are kept: where the newest is damaged, the one before is used. */
const keptCheckpoints = 2

/**
 * Writes a checkpoint whole or not at all (`checkpoints/<steps>.<digest>.safetensors`) and removes those that fall out
 * of the window.
 */
export function writeCheckpoint(attempt: string, { state, chain }: Checkpoint): CheckpointFile {
  const { stage, step, played } = state
  const position = { stage: String(stage), step: String(step), played: String(played), chain }
  const bytes = encodeSafetensors(joinState(state), position)
  const file = checkpointName(played, bytes)
  writeDurably(join(attempt, file), bytes)
  for (const old of checkpointFiles(attempt).slice(keptCheckpoints)) rmSync(join(attempt, old.file))
  return { file, step: played }
}

/** Reads a checkpoint; undefined when its bytes are not those that were written. */
export function readCheckpoint(attempt: string, file: CheckpointFile): Checkpoint | undefined {
  const bytes = wholeBytes(attempt, file)
  if (bytes === undefined) return undefined
  const { stage, step, played, chain = "" } = safetensorsMetadata(bytes)
  const position = { stage: Number(stage), step: Number(step), played: Number(played) }
  return { state: splitState(position, decodeSafetensors(bytes)), chain }
}
