import type { CompiledStep, Engine, StepContext } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { HostBatch } from "../contracts/dataset.ts"
import type { Game, Keep, Learn, Move } from "../contracts/game.ts"
import { isHost } from "../contracts/optimiser.ts"
import { isTaken } from "./cadence.ts"
import { randomSource } from "./draw.ts"
import { gradientsOf } from "./gradientsOf.ts"
import { GroupLearner } from "./groupLearner.ts"
import { HostLearner, type PlayedSegment } from "./hostLearner.ts"
import { requirePlayable } from "./playable.ts"
import { RoundSchedules } from "./roundSchedules.ts"
import { type GivenPlayers, madeIn, madePrefix, type OpenScene, reportMade, Scenes } from "./scenes.ts"
import { toTensors } from "./toTensors.ts"
import { UpdateCounts } from "./updateCounts.ts"
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

/** A step reports of each gated move whether its gate was open. */
const gatePrefix = "gate/"

/**
 * Plays the steps of one stage. The moves of a step are one compiled unit, so that work they share is done once; only a move
 * whose optimiser works on the host stands by itself.
 */
export class Round {
  private readonly game: Game
  private readonly stage: string
  private readonly groups = new Map<Learn, readonly GroupLearner[]>()
  private readonly hosts = new Map<Learn, HostLearner>()
  private readonly updates = new UpdateCounts()
  private readonly schedules: RoundSchedules
  private readonly scenes: Scenes

  /** @throws one sentence about a game that cannot be played */
  constructor({ engine, stage, game, seed, steps, given }: RoundOptions) {
    requirePlayable(stage, game)
    this.game = game
    this.stage = stage
    // The optimisers' state is made before the first step: a body that makes variables is not replayed.
    for (const move of game.moves) if (move.kind === "learn") this.add(move)
    this.schedules = new RoundSchedules(game, steps, this.groups, this.updates)
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
    const taken = this.game.moves.filter((move) => isTaken(move, step))
    const feeds = toTensors({ ...batch, ...fedBy(taken, step) })
    const losses: Record<string, number> = {}
    for (const segment of this.segmentsOf(taken)) {
      const first = segment[0] as Learn
      const host = this.hosts.get(first)
      const { terms, made } = await (host === undefined
        ? this.playSegment(segment, feeds, step)
        : this.playHost(host, first, feeds, step))
      Object.assign(losses, terms)
      for (const [name, tensor] of Object.entries(made)) {
        feeds[`${madePrefix}${name}`]?.dispose()
        feeds[`${madePrefix}${name}`] = tensor
      }
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
    return Object.assign(
      {},
      this.updates.read(),
      ...groups,
      ...[...this.hosts.values()].map((host) => host.read()),
    )
  }

  /** Continues from an optimisers' state; before the first step only. */
  restoreOptimisers(state: Weights): void {
    this.updates.restore(state)
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
    if (isHost(optimiser)) {
      if (this.game.simultaneous) {
        throw new Error(
          `Expected moves that alternate in the stage ${this.stage}, because ${optimiser.name} of ${move.name} works on the host, but they are simultaneous; choose another optimiser.`,
        )
      }
      this.hosts.set(move, new HostLearner(move, optimiser, players))
    } else
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

  private async playSegment(
    moves: readonly Compiled[],
    feeds: Record<string, tf.Tensor>,
    step: number,
  ): Promise<PlayedSegment> {
    const names = moves.map(({ name }) => name)
    const compiled = this.scenes.stepOf(names, step, (scene, context) => {
      return this.playMoves(moves, scene, context)
    })
    const { made, others } = madeIn(compiled.play(feeds, step))
    // Asynchronously, because a GPU cannot be read otherwise.
    const read = Object.entries(others).map(async ([name, tensor]) => {
      const [value] = await tensor.data()
      tensor.dispose()
      if (!name.startsWith(gatePrefix)) return [[name, value!] as const]
      this.updates.note(name.slice(gatePrefix.length), value !== 0)
      return []
    })
    return { terms: Object.fromEntries((await Promise.all(read)).flat()), made }
  }

  private playMoves(
    moves: readonly Compiled[],
    scene: OpenScene,
    context: StepContext,
  ): Record<string, tf.Tensor> {
    const reported: Record<string, tf.Tensor> = {}
    const kept: tf.Tensor[] = []
    const changes: (() => void)[] = []
    const change = (how: () => void) => {
      if (this.game.simultaneous) changes.push(how)
      else how()
    }
    for (const move of moves) {
      const seen = scene.seenAt(move.when)
      if (move.kind === "keep") {
        change(() => tf.tidy(() => move.apply(seen)))
        continue
      }
      const groups = this.groups.get(move)!
      const variables = groups.flatMap((group) => Object.values(group.variables))
      const { gradients, terms, made } = gradientsOf(move, variables, seen)
      Object.assign(reported, terms)
      for (const [name, tensor] of Object.entries(made)) {
        scene.made[name] = tensor
        kept.push(tensor)
      }
      const open = move.gate?.(seen)
      if (open !== undefined) reported[`${gatePrefix}${move.name}`] = tf.cast(open, "float32")
      change(() => {
        for (const group of groups) group.update(gradients, context, open)
      })
    }
    for (const how of changes) how()
    // Host moves come between: what was made leaves the compiled step.
    if (this.hosts.size > 0) Object.assign(reported, reportMade(scene.made))
    tf.dispose(kept)
    return reported
  }

  private playHost(
    host: HostLearner,
    move: Learn,
    feeds: Record<string, tf.Tensor>,
    step: number,
  ): Promise<PlayedSegment> {
    const rate = this.schedules.rate(move, 0, step)
    const compiled = this.scenes.stepOf([move.name], step, host.body)
    return host.play(compiled, feeds, { step, rate, count: this.updates.of(move, step) })
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
