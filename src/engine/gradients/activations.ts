import * as tf from "../tf.ts"
import { gradientOf, runKernel } from "./gradient.ts"
import { masked } from "./linear.ts"

/** Of SELU (Klambauer et al. 2017, section 1), as TensorFlow.js has them. */
const scale = 1.0507009873554805
const alpha = 1.6732632423543772

/** Activations whose stock gradient cannot be differentiated. tanh, sigmoid, exp and softmax need only `tape.ts`. */
export const activations: readonly tf.GradConfig[] = [
  // EluGrad(dy, y) is dy where y >= 0, else dy * (y + 1): linear in dy, and in y below 0.
  gradientOf("EluGrad", ["dy", "y"], (ddy, [dy, y]) => ({
    dy: () => runKernel("EluGrad", { dy: ddy, y: y! }),
    y: () => masked(tf.mul(ddy, dy!), () => tf.cast(tf.less(y!, 0), "float32")),
  })),
  // Exponentials of positive numbers are not computed: an infinite one would turn 0 * inf into NaN.
  gradientOf("Selu", ["x"], (dy, [x]) => ({
    x: () => {
      const below = tf.mul(tf.exp(tf.minimum(x!, 0)), scale * alpha)
      return tf.where(tf.greater(x!, 0), tf.mul(dy, scale), tf.mul(dy, below))
    },
  })),
]
