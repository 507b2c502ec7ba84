import * as tf from "@saddlepoint/engine/tf"
import { binaryCrossEntropy, plainCrossEntropy, wantedUpTo } from "./bce.ts"
import { type AdversarialObjective, withinExample } from "./objective.ts"
import { softplus } from "./softplus.ts"

const towards = (target: number): AdversarialObjective => ({
  opponent: (real, fake) => binaryCrossEntropy(real, fake, target),
  learner: (fake) => tf.neg(withinExample(tf.softplus(fake))),
  laws: {
    values: (real, fake) => [plainCrossEntropy(real, fake, target), -softplus(fake)],
    ...wantedUpTo(target),
    lipschitz: 1,
    least: [0, Number.NEGATIVE_INFINITY],
  },
})

/**
 * Binary cross-entropy with the generator of the zero-sum game, `-E sp(fake)` (Goodfellow et al. 2014, equation 1).
 * It saturates: its gradient `-sigmoid(fake)` vanishes where the discriminator is sure. Indecision: 2 ln 2 and -ln 2.
 */
export const minimax: AdversarialObjective = { ...towards(1), towards }
