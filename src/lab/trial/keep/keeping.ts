import type { Players } from "@saddlepoint/core/contracts/game"
import type { Tensor } from "@saddlepoint/engine/tf"
import type { OpenTrial } from "../openTrial.ts"

/** What judging keeps beside the values, for looking at: no value rests on it. */
export interface Keeping {
  /** Sees the players that are judged, which a selection may have chosen, before they are. */
  onChosen?(players: Players): Promise<void>
  /** Sees every batch after it was answered, in order; must not keep its tensors. */
  add(batch: Readonly<Record<string, Tensor>>): Promise<void>
  /**
   * What is kept, once all batches were seen.
   * @param players as training left them
   */
  files(players: Players): Promise<readonly KeptFile[]>
}

/** A file that is kept, by the name of its artifact. */
export interface KeptFile {
  readonly name: "grid" | "picture" | "answers" | "features"
  readonly file: string
  readonly bytes: Buffer
}

/** What keeping may see of the trial. */
export type KeepingWorld = Pick<OpenTrial, "dataset" | "engine" | "request">
