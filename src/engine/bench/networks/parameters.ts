import { stream } from "../../random.ts"
import * as tf from "../../tf.ts"

/** The variables of one network, made in order, each from a random stream of its own. */
export class Parameters {
  /** What an optimiser learns. */
  readonly variables: tf.Variable[] = []
  /** Running averages, which move but are not learnt. */
  readonly averages: tf.Variable[] = []
  private readonly name: string

  /** @param name of the network; part of the streams' keys */
  constructor(name: string) {
    this.name = name
  }

  /** How many numbers are learnt. */
  get count(): number {
    return this.variables.reduce((sum, variable) => sum + variable.size, 0)
  }

  /** Normal numbers with mean 0. */
  normal(shape: number[], deviation: number): tf.Variable {
    const values = new Float32Array(tf.util.sizeFromShape(shape))
    stream("bench", this.name, this.variables.length).fillNormal(values)
    for (let i = 0; i < values.length; i++) values[i]! *= deviation
    return this.keep(tf.tidy(() => tf.variable(tf.tensor(values, shape))))
  }

  constant(size: number, value: number): tf.Variable {
    return this.keep(tf.tidy(() => tf.variable(tf.fill([size], value))))
  }

  /** A running average that starts at `value`. */
  average(size: number, value: number): tf.Variable {
    const variable = tf.tidy(() => tf.variable(tf.fill([size], value), false))
    this.averages.push(variable)
    return variable
  }

  private keep(variable: tf.Variable): tf.Variable {
    this.variables.push(variable)
    return variable
  }
}
