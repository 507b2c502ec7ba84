import type { Learn } from "../contracts/game.ts"
import { countOf } from "./cadence.ts"
import type { Weights } from "./weights.ts"

const prefix = "updates/"

/**
 * How often moves have updated their players. Of most it follows from the step; a gated move's count is state, because only the
 * steps tell when its gate was open.
 */
export class UpdateCounts {
  private readonly gated = new Map<string, number>()

  /** The number of a move's next update, from 1, in a step in which it is taken. */
  of(move: Learn, step: number): number {
    return move.gate === undefined ? countOf(move.when, step) : (this.gated.get(move.name) ?? 0) + 1
  }

  /** Notes whether the gate of a move was open. */
  note(move: string, open: boolean): void {
    if (open) this.gated.set(move, (this.gated.get(move) ?? 0) + 1)
  }

  read(): Weights {
    return Object.fromEntries(
      Array.from(this.gated, ([move, count]) => [
        `${prefix}${move}`,
        { shape: [], values: Float32Array.of(count) },
      ]),
    )
  }

  restore(state: Weights): void {
    for (const [name, { values }] of Object.entries(state)) {
      if (name.startsWith(prefix)) this.gated.set(name.slice(prefix.length), values[0]!)
    }
  }
}
