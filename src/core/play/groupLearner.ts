import type { StepContext } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { Group, Learn, Players } from "../contracts/game.ts"
import { isHost, type Named, type Optimiser } from "../contracts/optimiser.ts"
import type { Weights } from "./weights.ts"

/** The variables of a group by `player/variable`. */
export function variablesOfGroup({ learns }: Group, players: Players): Record<string, tf.Variable> {
  return Object.fromEntries(
    learns.flatMap((player) =>
      Object.entries(players[player]!.variables).map(
        ([name, variable]) => [`${player}/${name}`, variable] as const,
      ),
    ),
  )
}

/** Name of a group in schedules and optimisers' state: that of its move, with its place where the move has several. */
export function groupName(move: Learn, index: number): string {
  return move.groups.length === 1 ? move.name : `${move.name}#${index + 1}`
}

/** One group of a move with its optimiser's state, in variables that compiled steps read and write. */
export class GroupLearner {
  readonly name: string
  readonly variables: Record<string, tf.Variable>
  private readonly optimiser: Optimiser
  private readonly state: Record<string, tf.Variable> = {}
  /** Updates that were made, where a gate may leave some out: only the device knows. */
  private readonly made: tf.Variable | undefined
  private madeBefore = 0

  /** @throws Error when the optimiser works on the host, which a compiled step cannot */
  constructor(move: Learn, index: number, players: Players) {
    const group = move.groups[index]!
    if (isHost(group.optimiser)) {
      throw new Error(
        `Expected an optimiser of compiled steps in ${move.name}, but ${group.optimiser.name} works on the host.`,
      )
    }
    this.name = groupName(move, index)
    this.optimiser = group.optimiser
    this.variables = variablesOfGroup(group, players)
    const shapes = Object.fromEntries(
      Object.entries(this.variables).map(([name, { shape }]) => [name, shape]),
    )
    for (const [name, { shape, fill = 0 }] of Object.entries(this.optimiser.init(shapes))) {
      const values = new Float32Array(tf.util.sizeFromShape([...shape])).fill(fill)
      this.state[name] = tf.tidy(() => tf.variable(tf.tensor(values, [...shape]), false))
    }
    if (move.gate !== undefined) this.made = tf.tidy(() => tf.variable(tf.scalar(0), false))
  }

  /** Before a step: learns how many updates earlier steps made. */
  async settle(): Promise<void> {
    if (this.made !== undefined) this.madeBefore = (await this.made.data())[0]!
  }

  /** Names of the scalars that the optimiser needs of the host. */
  get scalars(): readonly string[] {
    return Object.keys(this.optimiser.scalars)
  }

  /** @param taken how often the move was taken, this time included; where it has a gate only the updates that it let through count */
  scalar(name: string, taken: number): number {
    return this.optimiser.scalars[name]!(this.made === undefined ? taken : this.madeBefore + 1)
  }

  /**
   * Within a step: moves the variables that a gradient reached.
   * @param gradients by TensorFlow.js's name of the variable
   * @param open where it is false, everything stays as it is
   */
  update(gradients: Named<tf.Tensor | undefined>, context: StepContext, open: tf.Tensor | undefined): void {
    const reached = Object.entries(this.variables).filter(([, { name }]) => gradients[name] !== undefined)
    if (reached.length === 0) return
    const next = this.optimiser.update(
      {
        values: Object.fromEntries(reached),
        gradients: Object.fromEntries(reached.map(([name, variable]) => [name, gradients[variable.name]!])),
      },
      this.state,
      {
        rate: context.schedule(`${this.name}/rate`),
        scalars: Object.fromEntries(
          Object.keys(this.optimiser.scalars).map((scalar) => [
            scalar,
            context.schedule(`${this.name}/${scalar}`),
          ]),
        ),
      },
    )
    const assign = (variable: tf.Variable, after: tf.Tensor) =>
      variable.assign(open === undefined ? after : tf.where(open, after, variable))
    for (const [name, after] of Object.entries(next.values)) assign(this.variables[name]!, after)
    for (const [name, after] of Object.entries(next.state)) assign(this.state[name]!, after)
    if (this.made !== undefined) assign(this.made, tf.add(this.made, 1))
  }

  /** The optimiser's state by `group/name`. */
  async read(): Promise<Weights> {
    const entries = Object.entries(this.kept).map(async ([name, variable]) => {
      const values = Float32Array.from(await variable.data())
      return [`${this.name}/${name}`, { shape: variable.shape, values }] as const
    })
    return Object.fromEntries(await Promise.all(entries))
  }

  restore(state: Weights): void {
    for (const [name, variable] of Object.entries(this.kept)) {
      const saved = state[`${this.name}/${name}`]
      if (saved === undefined) continue
      tf.tidy(() => variable.assign(tf.tensor(saved.values, [...saved.shape])))
    }
  }

  dispose(): void {
    tf.dispose(this.kept)
  }

  /** All that a checkpoint holds. */
  private get kept(): Record<string, tf.Variable> {
    return this.made === undefined ? this.state : { ...this.state, updates: this.made }
  }
}
