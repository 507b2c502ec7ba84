import fc from "fast-check"
import { stream } from "../../random.ts"
import * as tf from "../../tf.ts"

/** An operation under test: inputs of these shapes, all differentiated. */
export interface Row {
  readonly name: string
  readonly shapes: readonly (readonly number[])[]
  readonly apply: (...inputs: tf.Tensor[]) => tf.Tensor
}

/** Largest errors of a row, relative to the largest number that was expected or to 1. */
export interface Errors {
  /** Slope of the scalar along a direction: the gradient against central differences of values. */
  readonly first: number
  /** Curvature along a direction: differentiated twice, against central differences of the gradient. */
  readonly second: number
}

/**
 * Differentiates `sum(c * (y + y^2 / 2))`, with y the operation's result and fixed random weights c, once and twice.
 * The square makes dy depend on the inputs, so that a linear operation has a second derivative too.
 *
 * Inputs are the midpoints of a grid on [-2, 2] in random order: no two are closer than its gap, none is closer to 0
 * than half of it, and the steps of the differences are so small that no kink (0, a border, a tie) is crossed.
 */
export function curvatureErrors({ shapes, apply }: Row, seed: number): Errors {
  const random = stream("curvature", seed)
  const sizes = shapes.map((shape) => tf.util.sizeFromShape([...shape]))
  const start = sizes.map((size) => shuffledGrid(size, random.uniform))
  const direction = sizes.map((size) => Float32Array.from({ length: size }, () => 2 * random.uniform() - 1))
  const step = Math.min(0.02, 0.5 / Math.max(...sizes))
  const at = (steps: number) =>
    start.map((values, i) => {
      const moved = values.map((value, j) => value + steps * step * direction[i]![j]!)
      return tf.tensor(moved, [...shapes[i]!])
    })
  const weights = (y: tf.Tensor) => stream("curvature weights").fillNormal(new Float32Array(y.size))
  const scalar = (...inputs: tf.Tensor[]) => {
    const y = apply(...inputs)
    return tf.sum(tf.mul(tf.tensor(weights(y), y.shape), tf.add(y, tf.mul(tf.square(y), 0.5))))
  }
  const gradient = (inputs: tf.Tensor[]) => tf.grads(scalar)(inputs)
  const along = (inputs: tf.Tensor[]) => {
    const parts = gradient(inputs).map((g, i) => tf.sum(tf.mul(g, tf.tensor(direction[i]!, g.shape))))
    return tf.addN(parts)
  }

  return tf.tidy(() => {
    const numbers = (tensors: tf.Tensor[]) => tensors.flatMap((tensor) => Array.from(tensor.dataSync()))
    const values = (steps: number) => numbers([scalar(...at(steps))])
    const gradients = (steps: number) => numbers(gradient(at(steps)))
    const curvature = tf.grads((...inputs) => along(inputs as tf.Tensor[]))(at(0))
    return {
      first: error(numbers([along(at(0))]), central(values, step)),
      second: error(numbers(curvature), central(gradients, step)),
    }
  })
}

/** The largest errors of a row over several random inputs. */
export function largestErrors(row: Row, runs: number): Errors {
  const seen: Errors[] = []
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      seen.push(curvatureErrors(row, seed))
    }),
    { numRuns: runs, seed: 17 },
  )
  return { first: Math.max(...seen.map((e) => e.first)), second: Math.max(...seen.map((e) => e.second)) }
}

function shuffledGrid(count: number, next: () => number): Float32Array {
  const order = Array.from({ length: count }, (_, i) => [next(), i] as const).sort((a, b) => a[0] - b[0])
  return Float32Array.from(order, ([, i]) => ((i + 0.5) / count) * 4 - 2)
}

/** Central differences of fourth order: exact for cubics, so that steps may be large enough for float32. */
function central(f: (steps: number) => number[], step: number): number[] {
  const [far, near, before, behind] = [2, 1, -1, -2].map(f) as [number[], number[], number[], number[]]
  return near.map((value, i) => (8 * (value - before[i]!) - (far[i]! - behind[i]!)) / (12 * step))
}

function error(actual: readonly number[], expected: readonly number[]): number {
  const scale = Math.max(1, ...expected.map(Math.abs))
  const gaps = expected.map((want, i) => Math.abs(want - actual[i]!) / scale)
  return gaps.some(Number.isNaN) || actual.length !== expected.length
    ? Number.POSITIVE_INFINITY
    : Math.max(0, ...gaps)
}
