import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { Batch, Game, Players, Stage, Turn } from "../../contracts/game.ts"
import { randomSource } from "../../play/draw.ts"
import type { HostBatch } from "../../play/loader.ts"
import { toTensors } from "../../play/round.ts"
import { train } from "../../play/trainer.ts"
import { inOrder } from "../inOrder.ts"
import type { LawOptions } from "../law.ts"
import type { Strategy, StrategyOptions } from "./strategy.ts"
import { disposeAll, engineOf } from "./trained.ts"
import { type DomainOptions, openTwoDomains } from "./twoDomains.ts"

/** The game that a strategy plays between the domains, before its first step, with one batch of it. */
export interface OpenGame {
  readonly players: Players
  readonly turns: readonly Turn[]
  /** Fields of the batch and those drawn beside it. */
  readonly batch: HostBatch
  /** Runs tensor code once over a batch, as a turn, and gives the values of what it returns. */
  play(body: (batch: Batch) => Readonly<Record<string, tf.Tensor>>, batch: HostBatch): Promise<Values>
  dispose(): void
}

export type Values = Readonly<Record<string, Float32Array>>

/**
 * Opens the last stage that reads `source.image` and `target.image` side by side; the stages before it are trained for one step
 * each. Nothing where there is no such stage.
 */
export async function openGame(
  strategy: Strategy,
  data: DomainOptions,
  options: LawOptions,
  changed: StrategyOptions = {},
): Promise<OpenGame | undefined> {
  const engine = await engineOf(options)
  const stages = strategy.build(data, changed).stages(openTwoDomains(data).domains)
  for (let at = stages.length - 1; at >= 0; at--) {
    const opened = await openStage(stages[at]!, stages.slice(0, at), data.seed, engine)
    if (opened !== undefined) return opened
  }
  return undefined
}

async function openStage(
  stage: Stage,
  before: readonly Stage[],
  seed: number,
  engine: Engine,
): Promise<OpenGame | undefined> {
  const stages = before.map((one) => ({ ...one, share: 1 }))
  const { players: carried } = await train({
    stages,
    seed,
    steps: stages.length,
    engine,
    openLoader: inOrder,
  })
  const split = await stage.data(carried)
  const both = "streams" in split && split.streams.source !== undefined && split.streams.target !== undefined
  if (!both) {
    disposeAll(carried)
    return undefined
  }
  const game: Game = stage.play({ seed, carried, steps: 10 })
  const loader = inOrder({ split, batch: stage.batch, seed, stage: stage.name })
  const batch = { ...(await loader.next(0)), ...game.drawn?.(0) }
  loader.close()
  return {
    players: game.players,
    turns: game.turns,
    batch,
    async play(body, of) {
      const turn = engine.compile(body, { random: randomSource(seed, stage.name), schedule: () => 1 })
      const feeds = toTensors(of)
      const reported = turn.play(feeds, 0)
      const values: Record<string, Float32Array> = {}
      for (const [name, tensor] of Object.entries(reported)) {
        values[name] = Float32Array.from(await tensor.data())
      }
      tf.dispose([feeds, reported])
      turn.dispose()
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
