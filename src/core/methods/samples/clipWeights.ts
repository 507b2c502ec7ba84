import * as tf from "@saddlepoint/engine/tf"
import type { Keep } from "../../contracts/game.ts"

/** A move that clips every variable of a player to [-limit, limit] (Arjovsky et al. 2017, algorithm 1, line 7: limit 0.01). */
export function clipWeights(player: string, limit: number): Keep {
  return {
    kind: "keep",
    name: "clip",
    apply({ players }) {
      for (const variable of Object.values(players[player]!.variables)) {
        variable.assign(tf.clipByValue(variable, -limit, limit))
      }
    },
  }
}
