import * as tf from "@saddlepoint/engine/tf"
import type { CallArguments } from "./callArguments.ts"
import { initialiser, type SeededValues } from "./seededInitialiser.ts"

/** Which values share a mean and a variance. `none` is no layer at all. */
export const norms = ["none", "batch", "instance", "layer"] as const
export type Norm = (typeof norms)[number]

/** Whose statistics batch normalisation uses at `evaluate`: those of the test batch, or the moving averages. */
export type Statistics = "batch" | "moving"

/** Added to variances, as in PyTorch. */
const usualEpsilon = 1e-5
/** Share of itself that a moving average keeps at every batch in training. */
export const movingDecay = 0.9

/** Axes of `[batch, height, width, channels]` that are averaged over. */
const axes = { batch: [0, 1, 2], instance: [1, 2], layer: [1, 2, 3] } as const

export interface NormalisationConfig {
  readonly name: string
  readonly norm: Exclude<Norm, "none">
  readonly statistics: Statistics
  readonly initialiser: SeededValues
  /** Added to variances; 1e-5 where left out. */
  readonly epsilon?: number
}

/**
 * `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, epsilon 1e-5, with one gamma and beta per channel, over float32
 * `[batch, height, width, channels]`:
 * batch (Ioffe and Szegedy 2015) averages over the batch and positions, instance (Ulyanov et al. 2016) over the
 * positions of each example and channel, layer (Ba et al. 2016) over all values of each example.
 *
 * Variances are those of the values themselves (divided by n). Batch normalisation also keeps moving averages of
 * mean and variance (decay 0.9, variance divided by n - 1, as in PyTorch), in `state`; `train` always uses the
 * batch, and moves them once for the same images in a step. Instance and layer normalisation have no modes. Written from kernels that can be differentiated twice.
 */
export class Normalisation<Config extends NormalisationConfig = NormalisationConfig> extends tf.layers.Layer {
  static readonly className: string = "SaddlepointNormalisation"
  protected readonly config: Config
  protected gamma!: tf.LayerVariable
  protected beta!: tf.LayerVariable
  private moving: { readonly mean: tf.LayerVariable; readonly variance: tf.LayerVariable } | undefined

  constructor(config: Config) {
    super({ name: config.name })
    this.config = config
  }

  /** Shape of gamma and beta. */
  protected affineShape(channels: number): number[] {
    return [channels]
  }

  /** What this call multiplies by and adds, each `[channels]` or `[batch, 1, 1, channels]`. */
  protected affine(_inputs: tf.Tensor | tf.Tensor[]): readonly [gamma: tf.Tensor, beta: tf.Tensor] {
    return [this.gamma.read(), this.beta.read()]
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const channels = (inputShape as tf.Shape).at(-1)!
    const zeros = tf.initializers.zeros()
    const affine = this.affineShape(channels)
    this.gamma = this.addWeight("gamma", affine, "float32", initialiser(this.config.initialiser))
    this.beta = this.addWeight("beta", affine, "float32", zeros)
    if (this.config.norm === "batch") {
      const still = (name: string, start: typeof zeros) =>
        this.addWeight(name, [channels], "float32", start, undefined, false)
      this.moving = {
        mean: still("movingMean", zeros),
        variance: still("movingVariance", tf.initializers.ones()),
      }
    }
    this.built = true
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training, repeated }: CallArguments): tf.Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor
      const affine = this.affine(inputs)
      if (this.moving !== undefined && !training && this.config.statistics === "moving") {
        const centred = tf.sub(x, this.moving.mean.read())
        return this.scaled(centred, this.moving.variance.read(), affine)
      }
      const over = [...axes[this.config.norm]]
      const mean = tf.mean(x, over, true)
      const centred = tf.sub(x, mean)
      const variance = tf.mean(tf.square(centred), over, true)
      if (training && !repeated) this.move(mean, variance, x.size / x.shape.at(-1)!)
      return this.scaled(centred, variance, affine)
    })
  }

  private scaled(
    centred: tf.Tensor,
    variance: tf.Tensor,
    [gamma, beta]: readonly [tf.Tensor, tf.Tensor],
  ): tf.Tensor {
    const { epsilon = usualEpsilon } = this.config
    return tf.add(tf.mul(centred, tf.mul(tf.rsqrt(tf.add(variance, epsilon)), gamma)), beta)
  }

  /** @param count values behind each mean */
  private move(mean: tf.Tensor, variance: tf.Tensor, count: number): void {
    if (this.moving === undefined) return
    const advance = (average: tf.LayerVariable, value: tf.Tensor, weight: number) =>
      average.write(
        tf.add(tf.mul(average.read(), movingDecay), tf.mul(tf.reshape(value, average.read().shape), weight)),
      )
    advance(this.moving.mean, mean, 1 - movingDecay)
    // A single value has no unbiased variance; PyTorch refuses it, here it moves towards 0.
    advance(this.moving.variance, variance, ((1 - movingDecay) * count) / Math.max(count - 1, 1))
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config } as unknown as tf.serialization.ConfigDict
  }
}

tf.serialization.registerClass(Normalisation)
