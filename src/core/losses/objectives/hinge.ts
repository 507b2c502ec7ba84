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
    values: [
      [0, 0, 2, 0],
      [0.5, -0.5, 1, 0.5],
      [2, -2, 0, 2],
      [1.25, 3, 4, -3],
      [-3, -1.25, 4, 1.25],
      [20, -20, 0, 20],
      [-20, 20, 42, -20],
    ],
    margin: 1,
  },
}
