import type { Engine } from "@saddlepoint/engine/engine"
import type { Player } from "./player.ts"

/**
 * A network whose weights come from a file, which a loss sees with or a metric judges with. The options of the plug-in that
 * builds it must hold the digest of the weights: they are its identity.
 */
export interface GivenNetwork {
  /** Mistakes that need a look at the disk (a missing file), as sentences; none when it can be opened. */
  missing(): Promise<readonly string[]>
  /** @param engine where it computes */
  open(engine: Engine): Promise<OpenNetwork>
  readonly task: string
}

/** A network that is ready to be applied. */
export interface OpenNetwork {
  readonly player: Player
  /** SHA-256 of its weights. */
  readonly digest: string
}
