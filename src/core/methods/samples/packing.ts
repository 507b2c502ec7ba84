import * as tf from "@saddlepoint/engine/tf"

/** The shape of `m` examples seen at once: side by side in their last axis, channels of images and numbers of points. */
export function packedShape(shape: readonly number[], m: number): readonly number[] {
  return m === 1 ? shape : [...shape.slice(0, -1), shape.at(-1)! * m]
}

/**
 * Packs a batch (PacGAN, Lin et al. 2018, section 2): from `[batch, ..., c]` to `[batch / m, ..., m c]`, where example i of a pack comes from
 * the ith part of the batch, so that no two packs share an example.
 */
export function packed(examples: tf.Tensor, m = 1): tf.Tensor {
  if (m === 1) return examples
  return tf.concat(tf.split(examples, m, 0), -1)
}
