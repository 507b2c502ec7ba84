import * as tf from "@saddlepoint/engine/tf"
import { type AdversarialObjective, withinExample } from "./objective.ts"

/** `-1` stands for the label 0 and `1` for the label 1, so a smoothed label `a` for `2 a - 1`. */
const towards = (label: number): AdversarialObjective => {
  const target = 2 * label - 1
  return {
    opponent(real, fake) {
      const ofReal = withinExample(tf.square(tf.sub(real, target)))
      return tf.div(tf.add(ofReal, withinExample(tf.square(tf.add(fake, 1)))), 2)
    },
    learner: (fake) => tf.div(withinExample(tf.square(fake)), 2),
    laws: {
      values: (real, fake) => [((real - target) ** 2 + (fake + 1) ** 2) / 2, fake ** 2 / 2],
      // The generator wants fake scores up to 0 only, where the discriminator is undecided.
      monotoneBetween: [-1, 0],
      least: [0, 0],
    },
  }
}

/**
 * Least squares in the coding -1, 1, 0, with the paper's halves: `(E (real - 1)^2 + E (fake + 1)^2) / 2` against `E fake^2 / 2` (Mao et al. 2017,
 * "Least squares generative adversarial networks", equation 8). Against the best discriminator the generator lowers half of the Pearson
 * chi-squared distance of `p_data + p_g` from `2 p_g`. Indecision (0): 1 and 0.
 */
export const pearsonLsgan: AdversarialObjective = { ...towards(1), towards }
