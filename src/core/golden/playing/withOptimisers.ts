import type { Game } from "../../contracts/game.ts"
import type { Optimiser } from "../../contracts/optimiser.ts"
import { watched } from "./watched.ts"

/**
 * The same game with recorded optimisers, watched, by the names of moves: sizes and rates are the case's, the moves are the
 * method's. Throws one sentence where a move has none.
 */
export function withOptimisers(game: Game, optimisers: Readonly<Record<string, Optimiser>>): Game {
  const moves = game.moves.map((move) => {
    if (move.kind !== "learn") return move
    const optimiser = optimisers[move.name]
    if (optimiser === undefined) {
      throw new Error(
        `Expected an optimiser for the move ${move.name}, but there are those of ${Object.keys(optimisers).join(", ")}.`,
      )
    }
    return { ...move, groups: move.groups.map((group) => ({ ...group, optimiser: watched(optimiser) })) }
  })
  return { ...game, moves }
}
