import * as tf from "@saddlepoint/engine/tf"
import type { Cadence, Keep } from "../../contracts/game.ts"

/** Who is averaged into whom. */
export interface Averaging {
  readonly from: string
  readonly into: string
  /** Share of itself that an average keeps at every move, in (0, 1); 0.999 in Karras et al. 2018, section A.1. */
  readonly decay: number
  /** When the averaged player moves; every step where left out. */
  readonly when?: Cadence
}

/**
 * A move that averages a player's variables exponentially into those of an untrained player of the same names: `decay * average + (1 - decay) *
 * variable`. What nobody trains (moving statistics) is copied, as `torch.optim.swa_utils.AveragedModel` does with buffers.
 */
export function averaging({ from, into, decay, when }: Averaging): Keep {
  return {
    kind: "keep",
    name: "average",
    ...(when === undefined ? {} : { when }),
    apply({ players }) {
      const [source, average] = [players[from]!, players[into]!.state]
      for (const [name, variable] of Object.entries(source.variables)) {
        const before = average[name]!
        before.assign(tf.add(tf.mul(before, decay), tf.mul(variable, 1 - decay)))
      }
      // Numbers of its own: a step in which two variables share theirs is not replayed.
      for (const [name, variable] of Object.entries(source.state)) average[name]!.assign(tf.add(variable, 0))
    },
  }
}
