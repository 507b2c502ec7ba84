import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { HostBatch } from "../../contracts/dataset.ts"
import type { Game, Learn, Players, Stage } from "../../contracts/game.ts"
import { randomSource } from "../../play/draw.ts"
import { RoundSchedules } from "../../play/roundSchedules.ts"
import { type GivenPlayers, type OpenScene, Scenes } from "../../play/scenes.ts"
import { toTensors } from "../../play/toTensors.ts"
import { train } from "../../play/trainer.ts"
import { UpdateCounts } from "../../play/updateCounts.ts"
import { inOrder } from "../inOrder.ts"
import type { LawOptions } from "../law.ts"
import { standIns } from "../standIn.ts"
import type { ChosenOptions } from "../targets.ts"
import type { Strategy } from "./strategy.ts"
import { disposeAll, engineOf } from "./trained.ts"
import { type DomainOptions, openTwoDomains } from "./twoDomains.ts"

/** The game that a strategy plays between the domains, before its first step, with one batch of it. */
export interface OpenGame {
  readonly players: Players
  /** The moves in which somebody learns, in their order. */
  readonly moves: readonly Learn[]
  /** Names of the schedules that the game lists. */
  readonly schedules: readonly string[]
  readonly batch: HostBatch
  /** Runs tensor code once over a scene, as a step, and gives the values of what it returns. */
  play(body: (scene: OpenScene) => Readonly<Record<string, tf.Tensor>>, seen?: Seen): Promise<Values>
  dispose(): void
}

/** What a scene shows in the place of the game's own. */
export interface Seen {
  readonly batch?: HostBatch
  readonly players?: Players
  /** Present values of schedules, by name. */
  readonly schedules?: Readonly<Record<string, number>>
}

export type Values = Readonly<Record<string, Float32Array>>

/** Steps of the stage that is opened, for its schedules; it is looked at in its first one. */
const steps = 10

/**
 * Opens the last stage that reads `source.image` and `target.image` side by side; the stages before it are trained for one step
 * each. Nothing where there is no such stage.
 */
export async function openGame(
  strategy: Strategy,
  data: DomainOptions,
  options: LawOptions,
  changed: ChosenOptions = {},
): Promise<OpenGame | undefined> {
  const engine = await engineOf(options)
  const method = strategy.build(data, changed)
  const given = standIns(method.needs)
  const stages = method.stages(openTwoDomains(data).domains)
  for (let at = stages.length - 1; at >= 0; at--) {
    const opened = await openStage(stages[at]!, stages.slice(0, at), { seed: data.seed, engine, given })
    if (opened !== undefined) return opened
  }
  return undefined
}

interface World {
  readonly seed: number
  readonly engine: Engine
  readonly given: GivenPlayers
}

async function openStage(
  stage: Stage,
  before: readonly Stage[],
  { seed, engine, given }: World,
): Promise<OpenGame | undefined> {
  const stages = before.map((one) => ({ ...one, share: 1 }))
  const { players: carried } = await train({
    stages,
    seed,
    steps: stages.length,
    engine,
    given,
    openLoader: inOrder,
  })
  const split = await stage.data(carried)
  const both = "streams" in split && split.streams.source !== undefined && split.streams.target !== undefined
  if (!both) {
    disposeAll(carried)
    return undefined
  }
  const game: Game = stage.play({ seed, carried, steps })
  const loader = inOrder({ split, batch: stage.batch, seed, stage: stage.name })
  const batch = await loader.next(0)
  loader.close()
  return {
    players: game.players,
    moves: game.moves.filter((move) => move.kind === "learn"),
    schedules: Object.keys(game.schedules ?? {}),
    batch,
    async play(body, seen = {}) {
      const schedules = new RoundSchedules(game, steps, new Map(), new UpdateCounts())
      const scenes = new Scenes({
        engine,
        sources: {
          random: randomSource(seed, stage.name),
          schedule: (name, step) => seen.schedules?.[name] ?? schedules.at(name, step),
        },
        players: seen.players ?? game.players,
        schedules,
        given,
      })
      const feeds = toTensors(seen.batch ?? batch)
      const reported = scenes.stepOf([], 0, body).play(feeds, 0)
      const values: Record<string, Float32Array> = {}
      for (const [name, tensor] of Object.entries(reported)) {
        values[name] = Float32Array.from(await tensor.data())
      }
      tf.dispose([feeds, reported])
      scenes.dispose()
      return values
    },
    dispose: () => disposeAll(carried, game.players),
  }
}

/** Sets the variables of a player that a test of their names chooses. */
export function setVariables(
  players: Players,
  player: string,
  change: (variable: tf.Variable, name: string) => tf.Tensor | undefined,
): void {
  for (const [name, variable] of Object.entries(players[player]!.variables)) {
    tf.tidy(() => {
      const next = change(variable, name)
      if (next !== undefined) variable.assign(next)
    })
  }
}
