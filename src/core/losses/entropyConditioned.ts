import * as tf from "@saddlepoint/engine/tf"
import { stopGradient } from "../layers/stopGradient.ts"
import { loss } from "./define.ts"
import { bce } from "./objectives/bce.ts"

/**
 * The domain loss of CDAN+E (Long et al. 2018, equation 9): binary cross-entropy on logits in which examples that the classifier is
 * sure of count more, by `1 + exp(-H)` with the entropy H of their answer; weights of each domain are divided by their sum. Sees `classLogits`
 * beside the `scores`; no gradient goes through the weights.
 */
export const entropyConditioned = loss("adversarial", {
  name: "entropyConditioned",
  version: 1,
  scope: "batch",
  opponent: ({ real, fake }) =>
    tf.add(
      weighted(tf.softplus(tf.neg(real.scores!)), certainty(real.classLogits!)),
      weighted(tf.softplus(fake.scores!), certainty(fake.classLogits!)),
    ),
  learner: ({ fake }) => weighted(tf.softplus(tf.neg(fake.scores!)), certainty(fake.classLogits!)),
  laws: {
    values: bce.laws.values,
    declines: {},
  },
})

/** `1 + exp(-H)` of each example, `[batch, 1]`, a constant. */
function certainty(logits: tf.Tensor): tf.Tensor {
  const answers = tf.softmax(stopGradient(logits))
  const entropy = tf.neg(tf.sum(tf.mul(answers, tf.log(tf.add(answers, 1e-8))), 1, true))
  return tf.add(1, tf.exp(tf.neg(entropy)))
}

function weighted(losses: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.sum(weights))
}
