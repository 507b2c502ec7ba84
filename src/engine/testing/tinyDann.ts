import { stream } from "../random.ts"
import * as tf from "../tf.ts"
import { type Game, uniformBatch, Weights } from "./game.ts"

const half = 4
const classes = 3

/**
 * DANN (Ganin et al. 2016) on 8x8 grey images: a convolution with max pooling, a classifier on the source half of the
 * batch, and a domain classifier behind a gradient reversal of strength 0.5.
 */
export function tinyDann(): Game {
  const weights = new Weights("dann")
  const filter = weights.normal("filter", [3, 3, 1, 6])
  const offset = weights.constant(0, [6])
  const classifier = weights.normal("classifier", [96, classes])
  const domain = weights.normal("domain", [96, 2])
  const reverse = tf.customGrad((x) => {
    const tensor = x as tf.Tensor
    return { value: tensor.clone(), gradFunc: (dy: tf.Tensor) => [tf.mul(dy, -0.5)] }
  })
  const features = (images: tf.Tensor4D) => {
    const active = tf.relu(tf.add(tf.conv2d(images, filter as unknown as tf.Tensor4D, 1, "same"), offset))
    return tf.reshape(tf.maxPool(active as tf.Tensor4D, 2, 2, "valid"), [2 * half, 96]) as tf.Tensor2D
  }
  return {
    variables: weights.variables,
    feeds(step) {
      const digits = stream("batch", "labels", step)
      return {
        images: uniformBatch("images", step, [2 * half, 8, 8, 1]),
        labels: tf.tensor1d(
          Array.from({ length: half }, () => digits.integer(classes)),
          "int32",
        ),
      }
    },
    body({ images, labels }, context) {
      const domains = tf.tensor1d([0, 0, 0, 0, 1, 1, 1, 1], "int32")
      const loss = weights.descend(
        [filter, offset, classifier, domain],
        () => {
          const found = features(images as tf.Tensor4D)
          const scores = tf.matMul(tf.slice(found, [0, 0], [half, 96]), classifier as unknown as tf.Tensor2D)
          const sides = tf.matMul(reverse(found) as tf.Tensor2D, domain as unknown as tf.Tensor2D)
          const wrong = tf.losses.softmaxCrossEntropy(tf.oneHot(labels as tf.Tensor1D, classes), scores)
          return tf.add(wrong, tf.losses.softmaxCrossEntropy(tf.oneHot(domains, 2), sides))
        },
        context,
      )
      return { loss }
    },
  }
}
