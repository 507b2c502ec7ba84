import type { StepContext, StepSources } from "../../engine.ts"
import { stream } from "../../random.ts"
import * as tf from "../../tf.ts"

export interface AdamOptions {
  readonly rate: number
  readonly beta1: number
  readonly beta2: number
}

const epsilon = 1e-8

/** Adam over a list of variables, with its state. */
export interface Learner {
  readonly variables: readonly tf.Variable[]
  readonly slots: readonly tf.Variable[]
  /** Takes one step down the gradient of `loss`, and gives the loss before it. */
  learn(loss: () => tf.Scalar, context: StepContext): tf.Scalar
}

/**
 * Adam (Kingma and Ba 2015) in the form of `src/core/optimisers/adam.ts`: the averages are kept without their
 * factors `1 - beta`, and the corrections are two scalars per step, asked for as schedules.
 */
export function adam(variables: readonly tf.Variable[], options: AdamOptions): Learner {
  const zeros = (variable: tf.Variable) => tf.tidy(() => tf.variable(tf.zeros(variable.shape), false))
  const first = variables.map(zeros)
  const second = variables.map(zeros)
  const { rate, beta1, beta2 } = options
  return {
    variables,
    slots: [...first, ...second],
    learn(loss, context) {
      const { value, grads } = tf.variableGrads(loss, [...variables])
      const scale = context.schedule(`scale ${rate} ${beta1} ${beta2}`)
      const floor = context.schedule(`floor ${rate} ${beta1} ${beta2}`)
      variables.forEach((variable, i) => {
        const gradient = grads[variable.name]!
        const m = tf.add(tf.mul(first[i]!, beta1), gradient)
        const v = tf.add(tf.mul(second[i]!, beta2), tf.square(gradient))
        first[i]!.assign(m)
        second[i]!.assign(v)
        variable.assign(tf.sub(variable, tf.mul(tf.div(m, tf.add(tf.sqrt(v), floor)), scale)))
      })
      return value
    },
  }
}

/** Sources of a benchmark's step: Adam's scalars for the step, and seeded draws. */
export const benchmarkSources: StepSources = {
  schedule(name, step) {
    const [kind, ...numbers] = name.split(" ")
    const [rate, beta1, beta2] = numbers.map(Number) as [number, number, number]
    const correction = (beta: number) => (1 - beta) / (1 - beta ** (step + 1))
    const root = Math.sqrt(correction(beta2))
    return kind === "scale" ? (rate * correction(beta1)) / root : epsilon / root
  },
  random(name, shape, distribution, step) {
    const values = new Float32Array(tf.util.sizeFromShape([...shape]))
    const source = stream("bench", name, step)
    if (distribution.kind === "bernoulli") return source.fillBernoulli(values, distribution.rate)
    return distribution.kind === "uniform" ? source.fillUniform(values) : source.fillNormal(values)
  },
}
