import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Players } from "@saddlepoint/core/contracts/game"
import { decodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { restore, weightsDigest, weightsOf } from "@saddlepoint/core/play/weights"
import type { PublishedResult } from "../store/trials/trialRecord.ts"

/** Kept weights are missing, cut off, changed, or other players'; the message is a clause: "there is no such file". */
export class UnfitWeights extends Error {
  override readonly name = "UnfitWeights"
  readonly path: string
  constructor(path: string, what: string) {
    super(what)
    this.path = path
  }
}

/**
 * Gives players the weights that a result keeps.
 * @throws UnfitWeights when they are not there, or not as training left them
 */
export function restoreKept(players: Players, { folder, result }: PublishedResult): void {
  const path = join(folder, result.artifacts.weights ?? "artifacts/weights.safetensors")
  if (!existsSync(path)) throw new UnfitWeights(path, "there is no such file")
  try {
    restore(players, decodeSafetensors(readFileSync(path)))
  } catch (error) {
    throw new UnfitWeights(path, `they cannot be read (${(error as Error).message.replace(/\.$/, "")})`)
  }
  if (weightsDigest(weightsOf(players)) !== result.weightsSha256) {
    throw new UnfitWeights(path, "they were changed: their digest is not the one in the result")
  }
}
