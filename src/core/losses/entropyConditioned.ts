import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import { loss } from "./define.ts"
import { bce } from "./objectives/bce.ts"

/**
 * The domain loss of CDAN+E (Long et al. 2018, equation 9): binary cross-entropy on logits in which examples that the classifier is
 * sure of count more, by `1 + exp(-H)` with the entropy H of their answer. Sees `classLogits` beside the `scores`; no gradient goes
 * through the weights.
 *
 * Option `normalised`: weights are divided by their mean over each domain (`apart`, the default, as in the authors' code), or over both
 * domains (`together`, as in Transfer-Learning-Library).
 */
export const entropyConditioned = loss("adversarial", {
  name: "entropyConditioned",
  version: 1,
  scope: "batch",
  options: {
    normalised: Schema.optionalKey(Schema.Literals(["apart", "together"])),
  },
  opponent({ real, fake }, { normalised }) {
    const [ofReal, ofFake] = [certainty(real.classLogits!), certainty(fake.classLogits!)]
    const [realLosses, fakeLosses] = [tf.softplus(tf.neg(real.scores!)), tf.softplus(fake.scores!)]
    if (normalised !== "together") return tf.add(weighted(realLosses, ofReal), weighted(fakeLosses, ofFake))
    const both = (of: tf.Tensor, other: tf.Tensor) => tf.concat([of, other])
    return tf.mul(2, weighted(both(realLosses, fakeLosses), both(ofReal, ofFake)))
  },
  learner: ({ fake }) => weighted(tf.softplus(tf.neg(fake.scores!)), certainty(fake.classLogits!)),
  laws: {
    values: bce.laws.values,
    declines: {},
  },
  examples: [{}, { normalised: "together" }],
})

/** `1 + exp(-H)` of each example, `[batch, 1]`. */
function certainty(logits: tf.Tensor): tf.Tensor {
  const answers = tf.softmax(logits)
  const entropy = tf.neg(tf.sum(tf.mul(answers, tf.log(tf.add(answers, 1e-8))), 1, true))
  return tf.add(1, tf.exp(tf.neg(entropy)))
}

function weighted(losses: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.sum(weights))
}
