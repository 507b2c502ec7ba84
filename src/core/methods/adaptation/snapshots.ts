import * as tf from "@saddlepoint/engine/tf"
import type { Game, Players } from "../../contracts/game.ts"
import type { ClassesMethod, ModelSelection } from "../../contracts/method.ts"
import type { Player } from "../../contracts/player.ts"

/** Checkpoints that a selection chooses from, evenly over the stage; the last is the last step. */
const snapshots = 10

const nameOf = (index: number, player: string): string => `snapshot${index + 1}/${player}`

/**
 * A game that keeps copies of some players at evenly spaced steps, as the state of further players, so that a checkpoint holds
 * them. The game itself where nothing is selected.
 *
 * @param fresh makes the players anew; what they start with does not matter
 */
export function withSnapshots(
  selection: ModelSelection,
  game: Game,
  steps: number,
  fresh: () => Players,
): Game {
  if (selection === "last") return game
  const copies = Array.from({ length: snapshots }, fresh)
  const named = copies.flatMap((players, index) =>
    Object.entries(players).map(([name, player]) => [nameOf(index, name), still(player)] as const),
  )
  return {
    ...game,
    players: { ...game.players, ...Object.fromEntries(named) },
    moves: [
      ...game.moves,
      {
        kind: "hostKeep",
        name: "snapshots",
        due: (step) => copies.some((_, index) => isTakenAt(index, step, steps)),
        async apply(step) {
          for (const [index, players] of copies.entries()) {
            if (!isTakenAt(index, step, steps)) continue
            for (const [name, copy] of Object.entries(players)) await copyInto(copy, game.players[name]!)
          }
        },
      },
    ],
  }
}

/** In trials shorter than the number of snapshots, several fall on one step. */
function isTakenAt(index: number, step: number, steps: number): boolean {
  return step + 1 === Math.ceil(((index + 1) * steps) / snapshots)
}

/** The snapshots among a trial's players, earliest first, under the names of what they are copies of. */
export const snapshotsOf: NonNullable<ClassesMethod["candidates"]> = (players) =>
  Array.from({ length: snapshots }, (_, index) => {
    const names = Object.keys(players).filter((name) => name.startsWith(nameOf(index, "")))
    const copies = names.map((name) => [name.slice(nameOf(index, "").length), players[name]!] as const)
    return { ...players, ...Object.fromEntries(copies) }
  })

/** A player that no move trains. */
function still({ variables, state, apply, dispose }: Player): Player {
  return { variables: {}, state: { ...variables, ...state }, apply, dispose }
}

/** Copies by way of the host: an engine may write a variable's values in place. */
async function copyInto(copy: Player, from: Player): Promise<void> {
  for (const [name, variable] of Object.entries({ ...from.variables, ...from.state })) {
    const values = Float32Array.from(await variable.data())
    const target = copy.variables[name] ?? copy.state[name]!
    tf.tidy(() => target.assign(tf.tensor(values, variable.shape)))
  }
}
