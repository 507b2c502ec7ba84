import * as tf from "@saddlepoint/engine/tf"
import { binaryCrossEntropy } from "./bce.ts"
import { type AdversarialObjective, withinExample } from "./objective.ts"
import { softplus } from "./softplus.ts"

/**
 * Binary cross-entropy with the generator of the zero-sum game, `-E sp(fake)` (Goodfellow et al. 2014, equation 1).
 * It saturates: its gradient `-sigmoid(fake)` vanishes where the discriminator is sure. Indecision: 2 ln 2 and -ln 2.
 */
export const minimax: AdversarialObjective = {
  opponent: binaryCrossEntropy,
  learner: (fake) => tf.neg(withinExample(tf.softplus(fake))),
  laws: {
    values: (real, fake) => [softplus(-real) + softplus(fake), -softplus(fake)],
  },
}
