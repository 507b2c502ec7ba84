import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"

/** Makes a network's variables and keeps them by name, in the order in which they are made. */
export interface SeededWeights {
  readonly variables: Readonly<Record<string, tf.Variable>>
  /**
   * A convolution's kernel and bias, `<name>/kernel` of `shape` `[height, width, in, out]` and `<name>/bias` `[out]`.
   * Kernels are normal with variance `2 / (height width in)` (He et al. 2015, equation 10), biases 0.
   */
  convolution(name: string, shape: readonly [number, number, number, number]): Convolution
  /**
   * The same for a transposed convolution of stride 2, whose kernel TensorFlow.js wants as `[height, width, out, in]`;
   * each output sees a quarter of the kernel, so the variance is `8 / (height width in)`.
   */
  transposed(name: string, shape: readonly [number, number, number, number]): Convolution
}

/** A convolution's variables. */
export interface Convolution {
  readonly kernel: tf.Variable<tf.Rank.R4>
  readonly bias: tf.Variable<tf.Rank.R1>
}

/**
 * Weights of a player whose initial values come from the streams `seed/init/<player>/<variable>`.
 */
export function seededWeights(seed: number, player: string): SeededWeights {
  const variables: Record<string, tf.Variable> = {}
  const keep = <R extends tf.Rank>(name: string, values: Float32Array, shape: readonly number[]) => {
    const variable = tf.tidy(() => tf.variable(tf.tensor(values, [...shape]), true))
    variables[name] = variable
    return variable as tf.Variable<R>
  }
  const make = (name: string, shape: readonly number[], outputs: number, variance: number): Convolution => {
    const size = shape.reduce((product, side) => product * side, 1)
    const values = stream(seed, "init", player, `${name}/kernel`).fillNormal(new Float32Array(size))
    const kernel = values.map((value) => value * Math.sqrt(variance))
    return {
      kernel: keep<tf.Rank.R4>(`${name}/kernel`, kernel, shape),
      bias: keep<tf.Rank.R1>(`${name}/bias`, new Float32Array(outputs), [outputs]),
    }
  }
  return {
    variables,
    convolution: (name, [height, width, from, to]) =>
      make(name, [height, width, from, to], to, 2 / (height * width * from)),
    transposed: (name, [height, width, from, to]) =>
      make(name, [height, width, to, from], to, 8 / (height * width * from)),
  }
}
