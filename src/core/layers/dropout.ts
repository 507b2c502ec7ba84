import { currentStep } from "@saddlepoint/engine/ambient"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import type { CallArguments } from "./callArguments.ts"

/** An option that is a share of values to drop, in [0, 1). */
export const dropoutRate = Schema.Finite.check(
  Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMaximum: true }),
)

interface DropoutConfig {
  readonly name: string
  /** Share of values that become 0, in [0, 1). */
  readonly rate: number
  /** Whether values are dropped at `evaluate` too. */
  readonly atEvaluate: boolean
  /** Whether whole channels are dropped, the last axis, each alike in all positions (Tompson et al. 2015); single values where left out. */
  readonly wholeChannels?: boolean
  readonly seed: number
  // TensorFlow.js rewrites the case of every string of a configuration except those under the key `name`.
  readonly player: { readonly name: string }
}

/**
 * Dropout (Srivastava et al. 2014), inverted: kept values are divided by `1 - rate`. Any shape, float32.
 *
 * In a step the mask is the step's random tensor `dropout/<player>/<layer>`, so it changes from step to step and is
 * the same again for the same trial seed. Outside of steps, at `evaluate`, example i of any batch gets the i-th mask of
 * the stream `seed/dropout/<player>/<layer>`, and `train` throws.
 */
export class Dropout extends tf.layers.Layer {
  static readonly className = "SaddlepointDropout"
  private readonly config: DropoutConfig

  constructor(config: DropoutConfig) {
    super({ name: config.name })
    this.config = config
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training, application = 0 }: CallArguments): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor
    if (this.config.rate === 0 || !(training || this.config.atEvaluate)) return tf.clone(x)
    const { shape } = x
    const dropped = this.config.wholeChannels
      ? shape.map((side, axis) => (axis === 0 || axis === shape.length - 1 ? side : 1))
      : shape
    return tf.tidy(() => tf.mul(x, tf.mul(this.mask(dropped, training === true, application), this.scale)))
  }

  private get scale(): number {
    return 1 / (1 - this.config.rate)
  }

  /** 1 with probability `1 - rate`. */
  private mask(shape: number[], training: boolean, application: number): tf.Tensor {
    const { rate, seed, player } = this.config
    const step = currentStep()
    if (step !== undefined) {
      const again = application === 0 ? "" : `#${application}`
      const name = `dropout/${player.name}/${this.name}${again}`
      return step.random(name, shape, { kind: "bernoulli", rate: 1 - rate })
    }
    if (training) {
      throw new Error(
        `Expected a step that gives the dropout mask of ${player.name}/${this.name}, but the player was applied in ` +
          `mode "train" outside a step. Apply it inside the body of a compiled step, or in mode "evaluate".`,
      )
    }
    const values = new Float32Array(tf.util.sizeFromShape(shape))
    stream(seed, "dropout", player.name, this.name).fillBernoulli(values, 1 - rate)
    return tf.tensor(values, shape, "float32")
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config } as unknown as tf.serialization.ConfigDict
  }
}

tf.serialization.registerClass(Dropout)
