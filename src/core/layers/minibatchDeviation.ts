import * as tf from "@saddlepoint/engine/tf"

interface MinibatchDeviationConfig {
  readonly name: string
  /** Examples that are compared; 4 in Karras et al. 2018. */
  readonly group: number
}

/** Added to variances (the authors' code). */
const epsilon = 1e-8

/**
 * Minibatch standard deviation (Karras et al. 2018, section 3; groups as in the authors' code): from float32 `[batch, h, w, c]` to
 * `[batch, h, w, c + 1]`. The new channel is one number for each group of examples: the deviation of every feature at every position
 * within the group (divided by n), averaged over features and positions. So a discriminator sees how alike examples are; its scores are
 * no longer those of single examples.
 *
 * Example i is in the group of i + m, i + 2m, ..., where m is the number of groups. A group has the largest size up to `group` that divides
 * the batch (the authors take no other batches); in a batch of one the number is sqrt(1e-8). `evaluate` does the same.
 */
export class MinibatchDeviation extends tf.layers.Layer {
  static readonly className = "SaddlepointMinibatchDeviation"
  private readonly config: MinibatchDeviationConfig

  constructor(config: MinibatchDeviationConfig) {
    super({ name: config.name })
    this.config = config
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width, channels] = inputShape as tf.Shape
    return [batch ?? null, height ?? null, width ?? null, channels! + 1]
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D
    const [batch, height, width, channels] = x.shape
    return tf.tidy(() => {
      const group = groupSize(batch, this.config.group)
      const groups = batch / group
      const rows = tf.reshape(x, [group, groups, height * width * channels])
      const centred = tf.sub(rows, tf.mean(rows, 0, true))
      const deviations = tf.sqrt(tf.add(tf.mean(tf.square(centred), 0), epsilon))
      const numbers = tf.reshape(tf.mean(deviations, 1), [groups, 1, 1, 1])
      const channel = tf.mul(tf.tile(numbers, [group, 1, 1, 1]), tf.ones([batch, height, width, 1]))
      return tf.concat([x, channel], 3)
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config } as unknown as tf.serialization.ConfigDict
  }
}

tf.serialization.registerClass(MinibatchDeviation)

/** The largest divisor of a batch up to a size. */
function groupSize(batch: number, most: number): number {
  let size = Math.min(batch, most)
  while (batch % size !== 0) size--
  return size
}
