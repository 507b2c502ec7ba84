import { createHash } from "node:crypto"
import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { decodeSafetensors, encodeSafetensors, safetensorsMetadata } from "@saddlepoint/core/play/safetensors"
import { joinState, splitState, type TrainingState } from "@saddlepoint/core/play/trainingState"
import { listFolder, writeDurably } from "../files/durable.ts"

/** What training goes on from, and the hash chain so far. */
export interface Checkpoint {
  readonly state: TrainingState
  readonly chain: string
}

/** A checkpoint's file, as its name tells: steps that were played, and the digest that its bytes must have. */
export interface CheckpointFile {
  /** Relative to the attempt's folder. */
  readonly file: string
  readonly step: number
}

/** How many checkpoints of an attempt are kept: where the newest is damaged, the one before is used. */
const keptCheckpoints = 2

const fileName = /^(\d{9,})\.([0-9a-f]{16})\.safetensors$/

/**
 * Writes a checkpoint whole or not at all (`checkpoints/<steps>.<digest>.safetensors`) and removes those that fall out
 * of the window. The file's own digest is in its name, so that damage is seen whatever was damaged.
 */
export function writeCheckpoint(attempt: string, { state, chain }: Checkpoint): CheckpointFile {
  const { stage, step, played } = state
  const position = { stage: String(stage), step: String(step), played: String(played), chain }
  const bytes = encodeSafetensors(joinState(state), position)
  const file = `checkpoints/${String(played).padStart(9, "0")}.${digestOf(bytes)}.safetensors`
  writeDurably(join(attempt, file), bytes)
  for (const old of checkpointFiles(attempt).slice(keptCheckpoints)) rmSync(join(attempt, old.file))
  return { file, step: played }
}

/** The checkpoints of an attempt, newest first; whether they are whole shows when they are read. */
export function checkpointFiles(attempt: string): CheckpointFile[] {
  return listFolder(join(attempt, "checkpoints"))
    .flatMap((name) => {
      const match = fileName.exec(name)
      return match === null ? [] : [{ file: `checkpoints/${name}`, step: Number(match[1]) }]
    })
    .sort((a, b) => b.step - a.step)
}

/** Reads a checkpoint; undefined when its bytes are not those that were written. */
export function readCheckpoint(attempt: string, { file }: CheckpointFile): Checkpoint | undefined {
  const bytes = readFileSync(join(attempt, file))
  if (digestOf(bytes) !== fileName.exec(file.slice("checkpoints/".length))?.[2]) return undefined
  const { stage, step, played, chain = "" } = safetensorsMetadata(bytes)
  const position = { stage: Number(stage), step: Number(step), played: Number(played) }
  return { state: splitState(position, decodeSafetensors(bytes)), chain }
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16)
}
