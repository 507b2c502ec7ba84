import type { CompiledStep, Engine, StepBody, StepSources } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { randomSource } from "./draw.ts"
import type { Game, Turn } from "../contracts/game.ts"
import type { HostBatch } from "./loader.ts"
import type { Weights } from "./weights.ts"

const separator = "\n"

/** Unweighted loss terms of one step by `turn/term`, and `turn/total`, in order of name. */
export type Losses = Readonly<Record<string, number>>

/** How an engine played the turns that were taken in one step. */
export interface PlayedTurns {
  readonly stage: string
  /** Names of the turns, in their order. */
  readonly turns: readonly string[]
  readonly mode: CompiledStep["mode"]
  /** One sentence on why the last of these steps was not replayed; empty when it was. */
  readonly reason: string
}

/** Plays the steps of one stage: the turns of a step are one compiled unit, so that work they share is done once. */
export class Round {
  private readonly compiled = new Map<string, CompiledStep>()
  private readonly slots = new Map<string, tf.Variable>()
  private readonly engine: Engine
  private readonly stage: string
  private readonly game: Game
  private readonly sources: StepSources

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
    // In order of name: a replay reports them in an order of its own. Asynchronously, because a GPU cannot be read otherwise.
    const names = Object.keys(reported).sort()
    const losses = await Promise.all(
      names.map(async (name) => [name, (await reported[name]!.data())[0]!] as const),
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

  /** The optimisers' state, by `turn/player/variable/slot`. */
  async optimiserState(): Promise<Weights> {
    const entries = await Promise.all(
      Array.from(this.slots, async ([key, slot]) => {
        const values = Float32Array.from(await slot.data())
        return [key, { shape: slot.shape, values }] as const
      }),
    )
    return Object.fromEntries(entries)
  }

  /** Continues from an optimisers' state; before the first step only. */
  restoreOptimisers(state: Weights): void {
    for (const [key, { shape, values }] of Object.entries(state)) {
      const slot = this.slot(key, [...shape])
      tf.tidy(() => slot.assign(tf.tensor(values, [...shape])))
    }
  }

  dispose(): void {
    for (const turn of this.compiled.values()) turn.dispose()
    tf.dispose([...this.slots.values()])
  }

  private body(active: readonly Turn[]): StepBody {
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

/** Copies a batch from the host to tensors; label maps stay int32. */
export function toTensors(batch: HostBatch): Record<string, tf.Tensor> {
  const fields = Object.entries(batch).map(([name, { values, shape }]) => {
    return [name, tf.tensor(values, [...shape], values instanceof Int32Array ? "int32" : "float32")] as const
  })
  return Object.fromEntries(fields)
}
