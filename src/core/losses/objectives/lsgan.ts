import * as tf from "@saddlepoint/engine/tf"
import { type AdversarialObjective, withinExample } from "./objective.ts"

const towards = (target: number): AdversarialObjective => ({
  opponent: (real, fake) =>
    tf.add(withinExample(tf.square(tf.sub(real, target))), withinExample(tf.square(fake))),
  learner: (fake) => withinExample(tf.square(tf.sub(fake, 1))),
  laws: {
    values: (real, fake) => [(real - target) ** 2 + fake ** 2, (fake - 1) ** 2],
    monotoneBetween: [0, target],
    least: [0, 0],
  },
})

/**
 * Least squares with targets 0 and 1: `E (real - 1)^2 + E fake^2` against `E (fake - 1)^2` (Mao et al. 2017; targets
 * as in CycleGAN, Zhu et al. 2017, section 4, whose code halves the discriminator's). Indecision (1/2): 0.5 and 0.25.
 */
export const lsgan: AdversarialObjective = { ...towards(1), towards }
