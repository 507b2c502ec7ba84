import type { CompiledTurn, Engine, TurnBody, TurnSources } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { randomSource } from "./draw.ts"
import type { Game, Players, Stage, Turn } from "./game.ts"
import type { HostBatch, OpenLoader } from "./loader.ts"

/** Unweighted loss terms of one step by `turn/term`, and `turn/total`. */
export type Losses = Readonly<Record<string, number>>

/** What happened in one step. */
export interface StepReport {
  readonly stage: string
  /** Index of the step over all stages, from 0, and how many there are. */
  readonly step: number
  readonly steps: number
  readonly losses: Losses
}

/** How training ended. `players` belong to the caller. */
export interface Outcome {
  readonly status: "completed" | "diverged"
  /** One sentence on what became non-finite, and where; only for `diverged`. */
  readonly evidence?: string
  readonly players: Players
  /** Steps that were played. */
  readonly steps: number
  /** Tensors that appeared between the third and the last step of a stage; more than 0 is a leak. */
  readonly leaked: number
  /** How the turns of each stage were played at last, and why not replayed, for the journal. */
  readonly turns: readonly PlayedTurns[]
}

/** How an engine played the turns that were taken in one step. */
export interface PlayedTurns {
  readonly stage: string
  /** Names of the turns, in their order. */
  readonly turns: readonly string[]
  readonly mode: CompiledTurn["mode"]
  /** One sentence on why the last of these steps was not replayed; empty when it was. */
  readonly reason: string
}

export interface Training {
  readonly stages: readonly Stage[]
  readonly seed: number
  /** Steps over all stages, shared out by `stage.share`. */
  readonly steps: number
  readonly engine: Engine
  readonly openLoader: OpenLoader
  readonly onStep?: (report: StepReport) => void
}

/** The one trainer: plays the stages of any method in turn. A loss that is not finite ends it as `diverged`. */
export async function train(training: Training): Promise<Outcome> {
  const { stages, seed, steps, onStep } = training
  const shares = shareOut(steps, stages)
  let players: Players = {}
  let played = 0
  let leaked = 0
  const turns: PlayedTurns[] = []
  for (const [index, stage] of stages.entries()) {
    const game = stage.play({ seed, carried: players, steps: shares[index]! })
    players = handOver(players, game.players)
    const split = await stage.data(players)
    const loader = training.openLoader({ split, batch: stage.batch, seed, stage: stage.name })
    const round = new Round(training.engine, stage.name, game, seed, shares[index]!)
    let settled = 0
    try {
      for (let step = 0; step < shares[index]!; step++) {
        const losses = await round.play(await loader.next(step), step)
        onStep?.({ stage: stage.name, step: played, steps, losses })
        played++
        const bad = Object.entries(losses).find(([, value]) => !Number.isFinite(value))
        if (bad !== undefined) {
          const evidence = `${bad[0]} became ${bad[1]} at step ${step} of stage ${stage.name}.`
          return { status: "diverged", evidence, players, steps: played, leaked, turns }
        }
        if (step === 2) settled = training.engine.memory().tensors
      }
      if (settled > 0) leaked += training.engine.memory().tensors - settled
    } finally {
      turns.push(...round.playedTurns())
      loader.close()
      round.dispose()
    }
  }
  return { status: "completed", players, steps: played, leaked, turns }
}

const separator = "\n"

/** Plays the steps of one stage: the turns of a step are one compiled unit, so that work they share is done once. */
class Round {
  private readonly compiled = new Map<string, CompiledTurn>()
  private readonly slots = new Map<string, tf.Variable>()
  private readonly engine: Engine
  private readonly stage: string
  private readonly game: Game
  private readonly sources: TurnSources

  constructor(engine: Engine, stage: string, game: Game, seed: number, steps: number) {
    this.engine = engine
    this.stage = stage
    this.game = game
    this.sources = {
      random: randomSource(seed, stage),
      schedule: (name, step) => this.scheduled(name, step, steps),
    }
  }

  async play(batch: HostBatch, step: number): Promise<Losses> {
    const active = this.game.turns.filter((turn) => step % (turn.every ?? 1) === 0)
    const key = active.map((turn) => turn.name).join(separator)
    let turn = this.compiled.get(key)
    if (turn === undefined) {
      turn = this.engine.compile(this.body(active), this.sources)
      this.compiled.set(key, turn)
    }
    const feeds = toTensors({ ...batch, ...this.game.drawn?.(step) })
    const reported = turn.play(feeds, step)
    // Asynchronously, because a GPU cannot be read otherwise.
    const losses = await Promise.all(
      Object.entries(reported).map(async ([name, value]) => [name, (await value.data())[0]!] as const),
    )
    tf.dispose([feeds, reported])
    return Object.fromEntries(losses)
  }

  playedTurns(): PlayedTurns[] {
    return Array.from(this.compiled, ([key, { mode, reason }]) => ({
      stage: this.stage,
      turns: key.split(separator),
      mode,
      reason,
    }))
  }

  dispose(): void {
    for (const turn of this.compiled.values()) turn.dispose()
    tf.dispose([...this.slots.values()])
  }

  private body(active: readonly Turn[]): TurnBody {
    // The optimisers' state is made before the first step: a body that makes variables is not replayed.
    const learning = active.map((turn) => {
      const learners = this.learners(turn)
      for (const [key, variable] of learners) {
        for (const slot of turn.optimiser.slots) this.slot(`${key}/${slot}`, variable.shape)
      }
      return { turn, learners }
    })
    return (feeds, context) => {
      const reported: Record<string, tf.Tensor> = {}
      for (const { turn, learners } of learning) {
        const terms: Record<string, tf.Tensor> = {}
        const { value, grads } = tf.variableGrads(
          () => {
            const objective = turn.objective(feeds, this.game.players)
            // The gradient's scope releases all but the total.
            for (const [name, term] of Object.entries(objective.terms)) terms[name] = tf.keep(term.clone())
            return objective.total
          },
          learners.map(([, variable]) => variable),
        )
        for (const [name, term] of Object.entries(terms)) {
          reported[`${turn.name}/${name}`] = term.clone()
          term.dispose()
        }
        reported[`${turn.name}/total`] = value
        const rate = context.schedule(`${turn.name}/rate`)
        const scalars = Object.fromEntries(
          Object.keys(turn.optimiser.scalars).map((name) => [name, context.schedule(`${turn.name}/${name}`)]),
        )
        for (const [key, variable] of learners) {
          const gradient = grads[variable.name]
          if (gradient === undefined) continue
          const slots = Object.fromEntries(
            turn.optimiser.slots.map((slot) => [slot, this.slot(`${key}/${slot}`, variable.shape)]),
          )
          const next = turn.optimiser.update(gradient, slots, variable, rate, scalars)
          variable.assign(next.value)
          for (const [slot, state] of Object.entries(next.slots)) slots[slot]!.assign(state)
        }
      }
      return reported
    }
  }

  private learners(turn: Turn): (readonly [key: string, variable: tf.Variable])[] {
    return turn.learns.flatMap((player) =>
      Object.entries(this.game.players[player]!.variables).map(
        ([name, variable]) => [`${turn.name}/${player}/${name}`, variable] as const,
      ),
    )
  }

  private slot(key: string, shape: number[]): tf.Variable {
    let slot = this.slots.get(key)
    if (slot === undefined) {
      slot = tf.tidy(() =>
        tf.variable(tf.tensor(new Float32Array(tf.util.sizeFromShape(shape)), shape), false),
      )
      this.slots.set(key, slot)
    }
    return slot
  }

  private scheduled(name: string, step: number, steps: number): number {
    const cut = name.lastIndexOf("/")
    const turn = this.game.turns.find((candidate) => candidate.name === name.slice(0, cut))!
    const scalar = name.slice(cut + 1)
    if (scalar === "rate") return turn.optimiser.rate * (turn.rate?.(step, step / steps) ?? 1)
    return turn.optimiser.scalars[scalar]!(Math.floor(step / (turn.every ?? 1)) + 1)
  }
}

/** Splits `steps` by the stages' shares with the largest-remainder rule; the parts add up exactly. */
export function shareOut(steps: number, stages: readonly { readonly share: number }[]): number[] {
  const total = stages.reduce((sum, { share }) => sum + share, 0)
  const exact = stages.map(({ share }) => (steps * share) / total)
  const parts = exact.map(Math.floor)
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  const left = steps - parts.reduce((sum, part) => sum + part, 0)
  for (const { index } of byRemainder.slice(0, left)) parts[index]!++
  return parts
}

function handOver(carried: Players, playing: Players): Players {
  for (const [name, player] of Object.entries(carried)) {
    if (name in playing && playing[name] !== player) player.dispose()
  }
  return { ...carried, ...playing }
}

/** Copies a batch from the host to tensors; label maps stay int32. */
export function toTensors(batch: HostBatch): Record<string, tf.Tensor> {
  const fields = Object.entries(batch).map(([name, { values, shape }]) => {
    return [name, tf.tensor(values, [...shape], values instanceof Int32Array ? "int32" : "float32")] as const
  })
  return Object.fromEntries(fields)
}

/** The players as the stages would set them up, untrained; their weights are then restored from a finished trial. */
export function untrainedPlayers(stages: readonly Stage[], seed: number, steps: number): Players {
  const shares = shareOut(steps, stages)
  return stages.reduce<Players>(
    (carried, stage, index) =>
      handOver(carried, stage.play({ seed, carried, steps: shares[index]! }).players),
    {},
  )
}
