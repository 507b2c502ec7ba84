import * as tf from "@saddlepoint/engine/tf"
import type { AdversarialFacts } from "../../contracts/loss.ts"

/**
 * What the two players of a GAN minimise. Discriminator losses are sums of a real and a fake part without a factor
 * 1/2 (some ports halve them for LSGAN: that is half the learning rate), unless the paper of an objective has one.
 */
export interface AdversarialObjective {
  /** What the discriminator minimises. */
  opponent(real: tf.Tensor, fake: tf.Tensor): tf.Tensor
  /** What the generator minimises; few look at the real scores. */
  learner(fake: tf.Tensor, real: () => tf.Tensor): tf.Tensor
  readonly laws: AdversarialFacts
  /**
   * The same with another target of real examples in the discriminator's loss, for one-sided label smoothing (Salimans et al. 2016, section
   * 3.4). Objectives without targets have none.
   * @param target as a label, in (0.5, 1]
   */
  towards?(target: number): AdversarialObjective
}

/** Mean over positions within each example: `[batch, ...positions, 1]` to `[batch]`. */
export function withinExample(values: tf.Tensor): tf.Tensor {
  return tf.mean(tf.reshape(values, [values.shape[0]!, -1]), 1)
}
