import type { CompiledStep, Feeds } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { Learn, Players } from "../contracts/game.ts"
import type { HostOptimiser } from "../contracts/optimiser.ts"
import { gradientsOf } from "./gradientsOf.ts"
import { groupName, variablesOfGroup } from "./groupLearner.ts"
import { madeIn, reportMade, type SceneBody } from "./scenes.ts"
import type { Weights } from "./weights.ts"

const gradientPrefix = "gradient/"

/** What some moves of a step found, and what they made for later ones. */
export interface PlayedSegment {
  readonly terms: Readonly<Record<string, number>>
  readonly made: Readonly<Record<string, tf.Tensor>>
}

/**
 * A move whose optimiser decides on the host how often it looks at the objective (L-BFGS). The objective and its gradient are one
 * compiled step, replayed at every point that the optimiser asks for.
 */
export class HostLearner {
  readonly name: string
  private readonly move: Learn
  private readonly optimiser: HostOptimiser
  private readonly variables: readonly tf.Variable[]
  private readonly size: number
  private readonly state: Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>

  /** @throws Error when the move has several groups, or a gate */
  constructor(move: Learn, optimiser: HostOptimiser, players: Players) {
    if (move.groups.length > 1 || move.gate !== undefined) {
      throw new Error(
        `Expected one group and no gate in ${move.name}, because ${optimiser.name} works on the host; make moves of their own of it.`,
      )
    }
    this.move = move
    this.name = groupName(move, 0)
    this.optimiser = optimiser
    this.variables = Object.values(variablesOfGroup(move.groups[0]!, players))
    this.size = this.variables.reduce((sum, { size }) => sum + size, 0)
    this.state = { ...optimiser.init(this.size) }
  }

  /** The objective and its gradient, as the body of a step. */
  readonly body: SceneBody = (scene) => {
    const { gradients, terms, made } = gradientsOf(this.move, this.variables, scene.seenAt(this.move.when))
    const crossing = reportMade(made)
    tf.dispose(made)
    const slopes = this.variables.map(
      (variable, index) =>
        [`${gradientPrefix}${index}`, gradients[variable.name] ?? tf.zerosLike(variable)] as const,
    )
    return { ...terms, ...Object.fromEntries(slopes), ...crossing }
  }

  /**
   * Plays the move once.
   * @param compiled `body`
   * @returns terms, and what was made, at the point where it began
   */
  async play(
    compiled: CompiledStep,
    feeds: Feeds,
    { step, rate, count }: { readonly step: number; readonly rate: number; readonly count: number },
  ): Promise<PlayedSegment> {
    let first: PlayedSegment | undefined
    const evaluate = async (values: Float64Array) => {
      this.write(values)
      const { made, others } = madeIn(compiled.play(feeds, step))
      const terms: Record<string, number> = {}
      for (const [name, tensor] of Object.entries(others)) {
        if (!name.startsWith(gradientPrefix)) terms[name] = (await tensor.data())[0]!
      }
      const gradient = await this.joined(this.variables.map((_, at) => others[`${gradientPrefix}${at}`]!))
      tf.dispose(others)
      if (first === undefined) first = { terms, made }
      else tf.dispose(made)
      return { loss: terms[`${this.move.name}/total`]!, gradient }
    }
    const values = await this.joined(this.variables)
    const state = Object.fromEntries(Object.entries(this.state).map(([name, of]) => [name, of.values]))
    const next = await this.optimiser.update({ values, evaluate }, state, { rate, count })
    this.write(next.values)
    for (const [name, changed] of Object.entries(next.state)) {
      this.state[name] = { shape: this.state[name]!.shape, values: changed }
    }
    return first ?? { terms: {}, made: {} }
  }

  /** The optimiser's state by `move/name`. */
  read(): Weights {
    return Object.fromEntries(
      Object.entries(this.state).map(([name, field]) => [`${this.name}/${name}`, field]),
    )
  }

  restore(state: Weights): void {
    for (const name of Object.keys(this.state)) {
      const saved = state[`${this.name}/${name}`]
      if (saved !== undefined) this.state[name] = saved
    }
  }

  private async joined(tensors: readonly tf.Tensor[]): Promise<Float64Array> {
    const all = new Float64Array(this.size)
    let at = 0
    for (const tensor of tensors) {
      all.set(await tensor.data(), at)
      at += tensor.size
    }
    return all
  }

  private write(values: Float64Array): void {
    let at = 0
    for (const variable of this.variables) {
      const part = Float32Array.from(values.subarray(at, at + variable.size))
      tf.tidy(() => variable.assign(tf.tensor(part, variable.shape)))
      at += variable.size
    }
  }
}
