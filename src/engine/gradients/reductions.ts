import * as tf from "../tf.ts"
import { gradientOf } from "./gradient.ts"
import { linear } from "./linear.ts"

interface Along {
  readonly axis: number | number[]
}

/** Sums, means, products and running sums. */
export const reductions: readonly tf.GradConfig[] = [
  gradientOf<Along>("Sum", ["x"], (dy, [x], { axis }) => ({ x: () => spread(dy, x!, axis) })),
  gradientOf<Along>("Mean", ["x"], (dy, [x], { axis }) => ({
    x: () => tf.div(spread(dy, x!, axis), x!.size / dy.size),
  })),
  gradientOf<Along>("Prod", ["x"], (dy, [x], { axis }) => ({ x: () => productGradient(dy, x!, axis) })),
  // The stock gradient is wrong along any but the last axis: it transposes the result, which is in order already.
  gradientOf<{ axis: number; exclusive: boolean; reverse: boolean }>("Cumsum", [], (dy, _, attributes) => {
    const { axis, exclusive, reverse } = attributes
    return {
      x: () =>
        linear(
          dy,
          (value) => tf.cumsum(value, axis, exclusive, !reverse),
          (value) => tf.cumsum(value, axis, exclusive, reverse),
        ),
    }
  }),
]

/**
 * dy repeated over the summed axes. The stock gradient multiplies by `ones(shape)`, an array made in JavaScript at every
 * step; `fill` is recorded.
 */
function spread(dy: tf.Tensor, x: tf.Tensor, axis: number | number[]): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis, x.shape)
  const kept = x.shape.map((extent, at) => (axes.includes(at) ? 1 : extent))
  return linear(
    dy,
    (value) => tf.mul(tf.reshape(value, kept), tf.fill(x.shape, 1, "float32")),
    (value) => tf.reshape(tf.sum(value, axes), dy.shape),
  )
}

/**
 * The derivative by one number is the product of all others. In a first derivative that is a running product from the
 * left times one from the right, as the stock gradient has it. Running products have no gradient, so one that is
 * differentiated again is n products of n numbers, with a 1 in place of the number itself.
 */
function productGradient(dy: tf.Tensor, x: tf.Tensor, axis: number | number[]): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis, x.shape)
  const rest = x.shape.map((_, at) => at).filter((at) => !axes.includes(at))
  const order = [...rest, ...axes]
  const restShape = rest.map((at) => x.shape[at]!)
  const count = axes.reduce((product, at) => product * x.shape[at]!, 1)
  const rows = tf.reshape(tf.transpose(x, order), [-1, count])
  const isDifferentiatedAgain = tf.engine().state.gradientDepth > 0
  const others = isDifferentiatedAgain ? productOfOthers(rows, count) : runningProductOfOthers(rows)
  const derivative = tf.mul(others, tf.reshape(dy, [-1, 1]))
  const restored = tf.reshape(derivative, [...restShape, ...axes.map((at) => x.shape[at]!)])
  return tf.transpose(
    restored,
    order.map((_, at) => order.indexOf(at)),
  )
}

function runningProductOfOthers(rows: tf.Tensor): tf.Tensor {
  return tf.mul(tf.cumprod(rows, 1, true, false), tf.cumprod(rows, 1, true, true))
}

function productOfOthers(rows: tf.Tensor, count: number): tf.Tensor {
  const itself = tf.eye(count)
  const repeated = tf.mul(tf.expandDims(rows, 1), tf.sub(1, itself))
  return tf.prod(tf.add(repeated, itself), 2)
}
