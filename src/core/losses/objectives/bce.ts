import * as tf from "@saddlepoint/engine/tf"
import { type AdversarialObjective, withinExample } from "./objective.ts"
import { softplus } from "./softplus.ts"

/**
 * The discriminator's binary cross-entropy on logits, `E sp(-real) + E sp(fake)` with `sp(t) = log(1 + e^t)`. With a target below 1 of real
 * examples their part is `a sp(-real) + (1 - a) sp(real)`, which is `sp(-real) + (1 - a) real` (Salimans et al. 2016, section 3.4: 0.9);
 * it is least at the logit `ln(a / (1 - a))`.
 */
export function binaryCrossEntropy(real: tf.Tensor, fake: tf.Tensor, target = 1): tf.Tensor {
  const certain = tf.softplus(tf.neg(real))
  const ofReal = target === 1 ? certain : tf.add(certain, tf.mul(real, 1 - target))
  return tf.add(withinExample(ofReal), withinExample(tf.softplus(fake)))
}

/** `binaryCrossEntropy` of one real and one fake score in plain numbers. */
export const plainCrossEntropy = (real: number, fake: number, target: number): number =>
  target * softplus(-real) + (1 - target) * softplus(real) + softplus(fake)

/** Where the discriminator wants real scores up: to the logit of its target. */
export const wantedUpTo = (target: number): { readonly monotoneBetween?: readonly [number, number] } =>
  target === 1 ? {} : { monotoneBetween: [-20, Math.log(target / (1 - target))] }

const towards = (target: number): AdversarialObjective => ({
  opponent: (real, fake) => binaryCrossEntropy(real, fake, target),
  learner: (fake) => withinExample(tf.softplus(tf.neg(fake))),
  laws: {
    values: (real, fake) => [plainCrossEntropy(real, fake, target), softplus(-fake)],
    ...wantedUpTo(target),
    lipschitz: 1,
    least: [0, 0],
  },
})

/**
 * Binary cross-entropy with the non-saturating generator loss `E sp(-fake)` (Goodfellow et al. 2014, section 3).
 * `tf.softplus` is the stable form, finite for any float32 logit. Indecision (logit 0): 2 ln 2 and ln 2.
 */
export const bce: AdversarialObjective = { ...towards(1), towards }
