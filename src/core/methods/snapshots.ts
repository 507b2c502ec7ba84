import * as tf from "@saddlepoint/engine/tf"
import type { Game, Players } from "../contracts/game.ts"
import type { Moment } from "../contracts/method.ts"
import type { Player } from "../contracts/player.ts"
import { untrained } from "./untrained.ts"

/** When copies are kept: at so many of the ends of equal parts of a stage, the earliest ones. */
export interface SnapshotTimes {
  readonly count: number
  /** Parts of the stage; with as many as `count` the last copy is of the last step. */
  readonly parts: number
}

const nameOf = (index: number, player: string): string => `snapshot${index + 1}/${player}`

/**
 * A game that keeps copies of some players at evenly spaced steps, as the state of further players, so that a checkpoint holds
 * them.
 *
 * @param fresh makes the players anew; what they start with does not matter
 */
export function withSnapshots(
  { count, parts }: SnapshotTimes,
  game: Game,
  steps: number,
  fresh: () => Players,
): Game {
  const copies = Array.from({ length: count }, fresh)
  const named = copies.flatMap((players, index) =>
    Object.entries(players).map(([name, player]) => [nameOf(index, name), untrained(player)] as const),
  )
  // In trials shorter than the number of snapshots, several fall on one step.
  const isTakenAt = (index: number, step: number) => step + 1 === Math.ceil(((index + 1) * steps) / parts)
  return {
    ...game,
    players: { ...game.players, ...Object.fromEntries(named) },
    moves: [
      ...game.moves,
      {
        kind: "hostKeep",
        name: "snapshots",
        due: (step) => copies.some((_, index) => isTakenAt(index, step)),
        async apply(step) {
          for (const [index, players] of copies.entries()) {
            if (!isTakenAt(index, step)) continue
            for (const [name, copy] of Object.entries(players)) await copyInto(copy, game.players[name]!)
          }
        },
      },
    ],
  }
}

/** The snapshots among a trial's players, earliest first, under the names of what they are copies of. */
export function momentsOf({ count, parts }: SnapshotTimes, players: Players): readonly Moment[] {
  return Array.from({ length: count }, (_, index) => {
    const names = Object.keys(players).filter((name) => name.startsWith(nameOf(index, "")))
    const copies = names.map((name) => [name.slice(nameOf(index, "").length), players[name]!] as const)
    return { share: (index + 1) / parts, players: { ...players, ...Object.fromEntries(copies) } }
  })
}

/** Copies by way of the host: an engine may write a variable's values in place. */
async function copyInto(copy: Player, from: Player): Promise<void> {
  for (const [name, variable] of Object.entries({ ...from.variables, ...from.state })) {
    const values = Float32Array.from(await variable.data())
    const target = copy.variables[name] ?? copy.state[name]!
    tf.tidy(() => target.assign(tf.tensor(values, variable.shape)))
  }
}
