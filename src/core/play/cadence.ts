import type { Cadence, Move } from "../contracts/game.ts"

/** Whether a move is taken in a step. */
export function isTaken(move: Move, step: number): boolean {
  if (move.kind === "hostKeep") return move.due(step)
  const { every = 1, from = 0 } = move.when ?? {}
  return step % every === from
}

/** How often a move of this cadence was taken up to a step in which it is, that one included. */
export function countOf(cadence: Cadence | undefined, step: number): number {
  const { every = 1, from = 0 } = cadence ?? {}
  return Math.floor((step - from) / every) + 1
}
