import * as tf from "@saddlepoint/engine/tf"
import type { HostBatch } from "../../contracts/dataset.ts"
import type { Game, Learn, Scene } from "../../contracts/game.ts"
import type { RecordedTensor } from "../format/trajectory.ts"

const prefix = "draw/"

/** Recorded draws as fields of the batch; `<move>:<name>` is what that move alone draws. */
export function drawn(draws: HostBatch): HostBatch {
  return Object.fromEntries(Object.entries(draws).map(([name, values]) => [prefix + name, values]))
}

/** The same game, whose moves draw what the batch holds for them. */
export function drawing(game: Game): Game {
  return objecting(game, (move, scene) =>
    move.objective({
      ...scene,
      // The tensor itself where it fits: a network that sees it again is known to be applied to the same again.
      draw(name, shape) {
        const drawn = scene.batch[`${prefix}${move.name}:${name}`] ?? scene.batch[prefix + name]!
        return drawn.shape.join() === shape.join() ? drawn : tf.reshape(drawn, [...shape])
      },
    }),
  )
}

/** The same game, whose learning moves have other objectives. */
export function objecting(
  game: Game,
  objective: (move: Learn, scene: Scene) => ReturnType<Learn["objective"]>,
): Game {
  const moves = game.moves.map((move) =>
    move.kind === "learn" ? { ...move, objective: (scene: Scene) => objective(move, scene) } : move,
  )
  return { ...game, moves }
}

/** A tensor `[steps, moves, ...]` as `[steps * moves, ...]`. */
export function inOrder({ shape, values }: RecordedTensor): RecordedTensor {
  const [steps, moves, ...rest] = shape as [number, number, ...number[]]
  return { shape: [steps * moves, ...rest], values }
}

/** Latents `[steps, batch, size, 1, 1]` as `[steps, batch, size]`. */
export function latents({ shape, values }: RecordedTensor): RecordedTensor {
  return { shape: shape.slice(0, 3), values }
}
