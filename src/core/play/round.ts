import type { CompiledStep, Engine, StepContext } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { HostBatch } from "../contracts/dataset.ts"
import type { Game, Keep, Learn, Move } from "../contracts/game.ts"
import { isHost } from "../contracts/optimiser.ts"
import { countOf, isTaken } from "./cadence.ts"
import { randomSource } from "./draw.ts"
import { gradientsOf } from "./gradientsOf.ts"
import { GroupLearner } from "./groupLearner.ts"
import { HostLearner } from "./hostLearner.ts"
import { RoundSchedules } from "./roundSchedules.ts"
import { type GivenPlayers, madePrefix, type OpenScene, Scenes } from "./scenes.ts"
import { toTensors } from "./toTensors.ts"
import type { Weights } from "./weights.ts"

/** Unweighted loss terms of one step by `move/term`, and `move/total`, in order of name. */
export type Losses = Readonly<Record<string, number>>

/** How an engine played the moves that were taken in one step. */
export interface PlayedMoves {
  readonly stage: string
  /** Names of the moves, in their order. */
  readonly moves: readonly string[]
  readonly mode: CompiledStep["mode"]
  /** One sentence on why the last of these steps was not replayed; empty when it was. */
  readonly reason: string
}

export interface RoundOptions {
  readonly engine: Engine
  readonly stage: string
  readonly game: Game
  readonly seed: number
  /** Steps of the stage, for schedules. */
  readonly steps: number
  readonly given?: GivenPlayers
}

/** Moves that are compiled. */
type Compiled = Learn | Keep

/**
 * Plays the steps of one stage. The moves of a step are one compiled unit, so that work they share is done once; only a move
 * whose optimiser works on the host stands by itself.
 */
export class Round {
  private readonly game: Game
  private readonly stage: string
  private readonly groups = new Map<Learn, readonly GroupLearner[]>()
  private readonly hosts = new Map<Learn, HostLearner>()
  private readonly schedules: RoundSchedules
  private readonly scenes: Scenes

  constructor({ engine, stage, game, seed, steps, given }: RoundOptions) {
    this.game = game
    this.stage = stage
    // The optimisers' state is made before the first step: a body that makes variables is not replayed.
    for (const move of game.moves) if (move.kind === "learn") this.add(move)
    this.schedules = new RoundSchedules(game, steps, this.groups)
    const random = randomSource(seed, stage)
    const sources = { random, schedule: (name: string, step: number) => this.schedules.at(name, step) }
    const { players } = game
    this.scenes = new Scenes({
      engine,
      sources,
      players,
      schedules: this.schedules,
      ...(given === undefined ? {} : { given }),
    })
  }

  async play(batch: HostBatch, step: number): Promise<Losses> {
    for (const group of [...this.groups.values()].flat()) await group.settle()
    const taken = this.game.moves.filter((move) => isTaken(move, step))
    const feeds = toTensors({ ...batch, ...fedBy(taken, step) })
    const losses: Record<string, number> = {}
    const segments = this.segmentsOf(taken)
    for (const [index, segment] of segments.entries()) {
      const host = this.hosts.get(segment[0] as Learn)
      if (host !== undefined)
        Object.assign(losses, await this.playHost(host, segment[0] as Learn, feeds, step))
      else Object.assign(losses, await this.playSegment(segment, index < segments.length - 1, feeds, step))
    }
    tf.dispose(feeds)
    for (const move of taken) if (move.kind === "hostKeep") await move.apply(step)
    // In order of name: a replay reports them in an order of its own.
    return Object.fromEntries(
      Object.keys(losses)
        .sort()
        .map((name) => [name, losses[name]!]),
    )
  }

  playedMoves(): PlayedMoves[] {
    return this.scenes.played().map(({ names, step: { mode, reason } }) => {
      return { stage: this.stage, moves: names, mode, reason }
    })
  }

  /** The optimisers' state, by `move/player/variable/slot`. */
  async optimiserState(): Promise<Weights> {
    const groups = await Promise.all([...this.groups.values()].flat().map((group) => group.read()))
    return Object.assign({}, ...groups, ...[...this.hosts.values()].map((host) => host.read()))
  }

  /** Continues from an optimisers' state; before the first step only. */
  restoreOptimisers(state: Weights): void {
    for (const group of [...this.groups.values()].flat()) group.restore(state)
    for (const host of this.hosts.values()) host.restore(state)
  }

  dispose(): void {
    this.scenes.dispose()
    for (const group of [...this.groups.values()].flat()) group.dispose()
  }

  private add(move: Learn): void {
    const { optimiser } = move.groups[0]!
    const { players } = this.game
    if (isHost(optimiser)) this.hosts.set(move, new HostLearner(move, optimiser, players))
    else
      this.groups.set(
        move,
        move.groups.map((_, index) => new GroupLearner(move, index, players)),
      )
  }

  /** The moves of a step, cut where the host has to decide. */
  private segmentsOf(taken: readonly Move[]): readonly (readonly Compiled[])[] {
    const segments: Compiled[][] = []
    let open = false
    for (const move of taken) {
      if (move.kind === "hostKeep") continue
      const alone = move.kind === "learn" && this.hosts.has(move)
      if (open && !alone) segments.at(-1)!.push(move)
      else segments.push([move])
      open = !alone
    }
    return segments
  }

  /** @param goesOn whether later segments may want what this one makes; it is added to the feeds */
  private async playSegment(
    moves: readonly Compiled[],
    goesOn: boolean,
    feeds: Record<string, tf.Tensor>,
    step: number,
  ): Promise<Losses> {
    const names = moves.map(({ name }) => name)
    const compiled = this.scenes.stepOf(names, step, (scene, context) => {
      return this.playMoves(moves, scene, context, goesOn)
    })
    const reported = Object.entries(compiled.play(feeds, step))
    // Asynchronously, because a GPU cannot be read otherwise.
    const read = reported.map(async ([name, tensor]) => {
      if (name.startsWith(madePrefix)) {
        feeds[name] = tensor
        return []
      }
      const [value] = await tensor.data()
      tensor.dispose()
      return [[name, value!] as const]
    })
    return Object.fromEntries((await Promise.all(read)).flat())
  }

  private playMoves(
    moves: readonly Compiled[],
    scene: OpenScene,
    context: StepContext,
    goesOn: boolean,
  ): Record<string, tf.Tensor> {
    const reported: Record<string, tf.Tensor> = {}
    const kept: tf.Tensor[] = []
    const updates: (() => void)[] = []
    for (const move of moves) {
      if (move.kind === "keep") {
        tf.tidy(() => move.apply(scene))
        continue
      }
      const groups = this.groups.get(move)!
      const variables = groups.flatMap((group) => Object.values(group.variables))
      const { gradients, terms, made } = gradientsOf(move, variables, scene)
      Object.assign(reported, terms)
      for (const [name, tensor] of Object.entries(made)) {
        scene.made[name] = tensor
        kept.push(tensor)
      }
      const update = () => {
        const open = move.gate?.(scene)
        for (const group of groups) group.update(gradients, context, open)
      }
      if (this.game.simultaneous) updates.push(update)
      else update()
    }
    for (const update of updates) update()
    if (goesOn) {
      for (const [name, tensor] of Object.entries(scene.made)) {
        reported[`${madePrefix}${name}`] = tensor.clone()
      }
    }
    tf.dispose(kept)
    return reported
  }

  private playHost(
    host: HostLearner,
    move: Learn,
    feeds: Record<string, tf.Tensor>,
    step: number,
  ): Promise<Losses> {
    const rate = this.schedules.rate(move, 0, step)
    const compiled = this.scenes.stepOf([move.name], step, host.body)
    return host.play(compiled, feeds, { step, rate, count: countOf(move.when, step) })
  }
}

/** What the host draws for the moves of a step, by `<move>.<field>`. */
function fedBy(taken: readonly Move[], step: number): HostBatch {
  return Object.fromEntries(
    taken.flatMap((move) =>
      move.kind === "keep" && move.feeds !== undefined
        ? Object.entries(move.feeds(step)).map(
            ([field, values]) => [`${move.name}.${field}`, values] as const,
          )
        : [],
    ),
  )
}
