import * as tf from "@saddlepoint/engine/tf"
import { type AdversarialObjective, withinExample } from "./objective.ts"

/**
 * The critic's estimate of the Wasserstein distance, negated: `E fake - E real` against `-E fake` (Arjovsky et al. 2017, algorithm
 * 1). It means something only while the critic is kept 1-Lipschitz, by clipping or by a gradient penalty.
 */
export const wasserstein: AdversarialObjective = {
  opponent: (real, fake) => tf.sub(withinExample(fake), withinExample(real)),
  learner: (fake) => tf.neg(withinExample(fake)),
  laws: {
    values: (real, fake) => [fake - real, -fake],
    shiftInvariant: true,
    lipschitz: 1,
    least: [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
  },
}
