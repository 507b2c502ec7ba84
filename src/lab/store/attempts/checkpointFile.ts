import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { listFolder } from "../files/durable.ts"

/** A checkpoint's file, as its name tells: steps that were played, and the digest that its bytes must have. */
export interface CheckpointFile {
  /** Relative to the attempt's folder. */
  readonly file: string
  readonly step: number
}

const fileName = /^checkpoints\/(\d{9,})\.([0-9a-f]{16})\.safetensors$/

/** The name that bytes get, relative to the attempt's folder: their own digest is in it, so that any damage is seen. */
export function checkpointName(step: number, bytes: Uint8Array): string {
  return `checkpoints/${String(step).padStart(9, "0")}.${digestOf(bytes)}.safetensors`
}

/** The checkpoints of an attempt, newest first; whether they are whole shows when they are read. */
export function checkpointFiles(attempt: string): CheckpointFile[] {
  return listFolder(join(attempt, "checkpoints"))
    .flatMap((name) => {
      const file = `checkpoints/${name}`
      const match = fileName.exec(file)
      return match === null ? [] : [{ file, step: Number(match[1]) }]
    })
    .sort((a, b) => b.step - a.step)
}

/** The bytes of a checkpoint; undefined when they are not those that were written. */
export function wholeBytes(attempt: string, { file }: CheckpointFile): Buffer | undefined {
  const bytes = readFileSync(join(attempt, file))
  return digestOf(bytes) === fileName.exec(file)?.[2] ? bytes : undefined
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16)
}
