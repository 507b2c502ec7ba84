import type { Engine } from "@saddlepoint/engine/engine"
import type { DataField, HostBatch, OpenDataset, Split } from "../../contracts/dataset.ts"
import type { Field } from "../../contracts/field.ts"
import type { Game } from "../../contracts/game.ts"
import { type Losses, Round } from "../../play/round.ts"
import type { RecordedTensor } from "../format/trajectory.ts"
import { alike, fromTorch, images, type Layout, toTorch } from "./layout.ts"
import { type RecordedPlayer, recordedValues } from "./recordedPlayer.ts"
import { firstGradients } from "./watched.ts"

/** A game of one of our methods, with players that started from a record in the place of its own. */
export interface RecordedGame {
  readonly engine: Engine
  readonly game: Game
  /** By the names that moves know them by; the method's own players of these names are released. */
  readonly players: Readonly<Record<string, RecordedPlayer>>
  /** Steps to play. */
  readonly steps: number
  /** Steps of the stage, for schedules; as many as are played where left out. */
  readonly stage?: number
  /** The recorded batch of a step. */
  batch(step: number): HostBatch
  /** Looks at the players after a step. */
  after?(step: number): Promise<void>
}

/** What came of it, tensors by their recorded names and in PyTorch's order. */
export interface PlayedGame {
  /** What each step reported. */
  readonly losses: readonly Losses[]
  readonly grad0: Readonly<Record<string, Float32Array>>
  readonly after: Readonly<Record<string, Float32Array>>
}

/** Plays a game on recorded batches. Its optimisers must be watched. All players are released at the end. */
export async function playGame({
  engine,
  game,
  players,
  steps,
  stage = steps,
  batch,
  after,
}: RecordedGame): Promise<PlayedGame> {
  for (const [name, player] of Object.entries(game.players)) {
    const instead = players[name]
    if (instead !== undefined && instead !== player && instead.of !== player) player.dispose()
  }
  const playing = { ...game.players, ...players }
  const round = new Round({
    engine,
    stage: "golden",
    game: { ...game, players: playing },
    seed: 0,
    steps: stage,
  })
  try {
    const losses: Losses[] = []
    for (let step = 0; step < steps; step++) {
      losses.push(await round.play(batch(step), step))
      await after?.(step)
    }
    const firsts = Object.entries(firstGradients(await round.optimiserState())).flatMap(([name, values]) => {
      const [player] = name.split("/", 1) as [string]
      const place = players[player]?.places[name.slice(player.length + 1)]
      return place === undefined ? [] : [[place.tensor, toTorch(values, place.layout)] as const]
    })
    return {
      losses,
      grad0: Object.fromEntries(firsts),
      after: await recordedValues(Object.values(players)),
    }
  } finally {
    round.dispose()
    for (const player of Object.values(playing)) player.dispose()
  }
}

/** Number `at` of a recorded list of batches: images go from NCHW to NHWC, the rest stays as it is. */
export function batchOf({ shape, values }: RecordedTensor, at: number): HostBatch[string] {
  const [count, ...one] = shape as [number, ...number[]]
  const size = values.length / count
  const part = values.slice((at % count) * size, ((at % count) + 1) * size)
  const layout: Layout = one.length === 4 ? images(one) : alike(one)
  return { values: fromTorch(part as Float32Array | Int32Array, layout), shape: layout.shape }
}

/** The field that a recorded list of batches holds. */
export function fieldOf({ shape, values }: RecordedTensor): DataField {
  const one = shape.slice(2)
  const field: Field =
    values instanceof Int32Array
      ? { shape: one, dtype: "int32" }
      : { shape: one.length === 3 ? images([1, ...one]).shape.slice(1) : one, dtype: "float32" }
  return { ...field, range: [-1, 1] }
}

/** A split that says what its fields are; its examples are fed by whoever plays. */
export function unreadSplit(fields: Readonly<Record<string, DataField>>): Split {
  return {
    size: 1,
    fields,
    read: () => Promise.reject(new Error("Expected recorded batches to be fed, but a split was read.")),
  }
}

/** A dataset whose splits are all the same unread one. */
export function unreadDataset(fields: Readonly<Record<string, DataField>>): OpenDataset {
  const split = unreadSplit(fields)
  return { splits: { train: split, validation: split, test: split } }
}
