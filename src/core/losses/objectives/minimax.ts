import * as tf from "@saddlepoint/engine/tf"
import { binaryCrossEntropy } from "./bce.ts"
import { type AdversarialObjective, withinExample } from "./objective.ts"

const ln2 = Math.LN2

/**
 * Binary cross-entropy with the generator of the zero-sum game, `-E sp(fake)` (Goodfellow et al. 2014, equation 1).
 * It saturates: its gradient `-sigmoid(fake)` vanishes where the discriminator is sure. Indecision: 2 ln 2 and -ln 2.
 */
export const minimax: AdversarialObjective = {
  opponent: binaryCrossEntropy,
  learner: (fake) => tf.neg(withinExample(tf.softplus(fake))),
  laws: {
    values: [
      [0, 0, 2 * ln2, -ln2],
      [Math.log(3), -Math.log(3), 2 * Math.log(4 / 3), -Math.log(4 / 3)],
      [-Math.log(3), Math.log(3), 2 * Math.log(4), -Math.log(4)],
      [40, -40, 0, 0],
      [-40, 40, 80, -40],
    ],
  },
}
