import * as tf from "@saddlepoint/engine/tf"
import { type AdversarialObjective, withinExample } from "./objective.ts"

/**
 * Hinge with margin 1: `E relu(1 - real) + E relu(1 + fake)` against `-E fake` (Lim and Ye 2017; Miyato et al. 2018,
 * equations 16 and 17). A discriminator loss that stays near 2 shows a dead or undecided discriminator.
 */
export const hinge: AdversarialObjective = {
  opponent: (real, fake) =>
    tf.add(withinExample(tf.relu(tf.sub(1, real))), withinExample(tf.relu(tf.add(fake, 1)))),
  learner: (fake) => tf.neg(withinExample(fake)),
  laws: {
    values: (real, fake) => [Math.max(0, 1 - real) + Math.max(0, 1 + fake), -fake],
    margin: 1,
    lipschitz: 1,
    least: [0, Number.NEGATIVE_INFINITY],
  },
}
