import * as tf from "@saddlepoint/engine/tf"
import { type AdversarialObjective, withinExample } from "./objective.ts"
import { softplus } from "./softplus.ts"

/** The discriminator's binary cross-entropy on logits, `E sp(-real) + E sp(fake)` with `sp(t) = log(1 + e^t)`. */
export function binaryCrossEntropy(real: tf.Tensor, fake: tf.Tensor): tf.Tensor {
  return tf.add(withinExample(tf.softplus(tf.neg(real))), withinExample(tf.softplus(fake)))
}

/**
 * Binary cross-entropy with the non-saturating generator loss `E sp(-fake)` (Goodfellow et al. 2014, section 3).
 * `tf.softplus` is the stable form, finite for any float32 logit. Indecision (logit 0): 2 ln 2 and ln 2.
 */
export const bce: AdversarialObjective = {
  opponent: binaryCrossEntropy,
  learner: (fake) => withinExample(tf.softplus(tf.neg(fake))),
  laws: {
    values: (real, fake) => [softplus(-real) + softplus(fake), softplus(-fake)],
  },
}
