import type { HostBatch } from "@saddlepoint/core/contracts/dataset"
import type { Game } from "@saddlepoint/core/contracts/game"
import { Round } from "@saddlepoint/core/play/round"
import { parameterCounts } from "@saddlepoint/core/play/weights"
import type { Engine } from "@saddlepoint/engine/engine"
import { benchSeed, type Workload } from "./workload.ts"

/** Name of the stage, and so of its random streams. */
export const benchStage = "bench"

/** More than will be played, so that schedules hardly move. */
const steps = 1_000_000

/** A game as the trainer plays it, with the same batch at every step: it is copied to the engine each time, as a loader's is. */
export function playGame(engine: Engine, game: Game, batch: HostBatch): Workload {
  const round = new Round({ engine, stage: benchStage, game, seed: benchSeed, steps })
  return {
    players: game.players,
    parameters: Object.values(parameterCounts(game.players)).reduce((sum, count) => sum + count, 0),
    play: (step) => round.play(batch, step),
    replayed: () => round.playedMoves().every(({ mode }) => mode === "replayed"),
    dispose() {
      round.dispose()
      for (const player of Object.values(game.players)) player.dispose()
    },
  }
}
