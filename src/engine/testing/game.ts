import type { Feeds, StepBody, StepContext, StepSources } from "../engine.ts"
import { stream } from "../random.ts"
import * as tf from "../tf.ts"

/** A small training loop for tests: its body, what it learns, and what it is fed. */
export interface Game {
  readonly body: StepBody
  /** Everything that a step changes: weights, moving statistics, the optimiser's averages. */
  readonly variables: readonly tf.Variable[]
  /** A new batch for a step; the caller disposes it. */
  feeds(step: number): Feeds
}

/** Draws by (name, step); `rate` decays as 1 / (1 + step / 1000), `correct1` and `correct2` are Adam's corrections. */
export const gameSources: StepSources = {
  random(name, shape, distribution, step) {
    const values = new Float32Array(shape.reduce((product, side) => product * side, 1))
    const numbers = stream("game", name, step)
    if (distribution.kind === "uniform") return numbers.fillUniform(values)
    if (distribution.kind === "normal") return numbers.fillNormal(values)
    return numbers.fillBernoulli(values, distribution.rate)
  },
  schedule(name, step) {
    if (name === "correct1") return 1 - beta1 ** (step + 1)
    if (name === "correct2") return 1 - beta2 ** (step + 1)
    return 2e-3 / (1 + step / 1000)
  },
}

const beta1 = 0.5
const beta2 = 0.999

/** The variables of a game, by name, with their initial values from named streams. */
export class Weights {
  readonly variables: tf.Variable[] = []
  private readonly averages = new Map<tf.Variable, readonly [tf.Variable, tf.Variable]>()
  private readonly game: string

  constructor(game: string) {
    this.game = game
  }

  /** Normal with standard deviation `deviation`. */
  normal(name: string, shape: number[], deviation = 0.1): tf.Variable {
    const values = stream("init", this.game, name).fillNormal(new Float32Array(tf.util.sizeFromShape(shape)))
    return this.add(
      values.map((value) => value * deviation),
      shape,
    )
  }

  constant(value: number, shape: number[]): tf.Variable {
    return this.add(new Float32Array(tf.util.sizeFromShape(shape)).fill(value), shape)
  }

  /** One step of Adam (Kingma and Ba 2015, algorithm 1) on `learners`; gives the loss. */
  descend(learners: readonly tf.Variable[], loss: () => tf.Tensor, context: StepContext): tf.Scalar {
    const { value, grads } = tf.variableGrads(() => loss() as tf.Scalar, [...learners])
    for (const variable of learners) {
      const gradient = grads[variable.name]!
      const [first, second] = this.averagesOf(variable)
      first.assign(tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1)))
      second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2)))
      const mean = tf.div(first, context.schedule("correct1"))
      const root = tf.sqrt(tf.div(second, context.schedule("correct2")))
      const move = tf.mul(tf.div(mean, tf.add(root, 1e-8)), context.schedule("rate"))
      variable.assign(tf.sub(variable, move))
    }
    return value
  }

  /** Adam's averages, made with the variable, so that a body makes no variable. */
  private averagesOf(variable: tf.Variable): readonly [tf.Variable, tf.Variable] {
    return this.averages.get(variable)!
  }

  private add(values: Float32Array, shape: number[]): tf.Variable {
    return tf.tidy(() => {
      const variable = tf.variable(tf.tensor(values, shape))
      const averages = [tf.variable(tf.zeros(shape), false), tf.variable(tf.zeros(shape), false)] as const
      this.averages.set(variable, averages)
      this.variables.push(variable, ...averages)
      return variable
    })
  }
}

/** Uniform on [-1, 1), a pure function of the name and the step. */
export function uniformBatch(name: string, step: number, shape: number[]): tf.Tensor {
  const values = stream("batch", name, step).fillUniform(new Float32Array(tf.util.sizeFromShape(shape)))
  return tf.tensor(
    values.map((value) => 2 * value - 1),
    shape,
  )
}
