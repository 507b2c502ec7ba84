import * as tf from "@saddlepoint/engine/tf"
import { type AdversarialObjective, withinExample } from "./objective.ts"

const ln2 = Math.LN2

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
    // sp(0) = ln 2, sp(ln 3) = ln 4, sp(-ln 3) = ln(4/3), sp(40) = 40 and sp(-40) = 0 in float32
    values: [
      [0, 0, 2 * ln2, ln2],
      [Math.log(3), -Math.log(3), 2 * Math.log(4 / 3), Math.log(4)],
      [-Math.log(3), Math.log(3), 2 * Math.log(4), Math.log(4 / 3)],
      [40, -40, 0, 40],
      [-40, 40, 80, 0],
    ],
  },
}
