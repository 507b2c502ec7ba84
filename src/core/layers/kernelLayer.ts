import * as tf from "@saddlepoint/engine/tf"
import { initialiser, type SeededNormal } from "./seededInitialiser.ts"

export interface KernelConfig {
  readonly name: string
  /** Channels of the output. */
  readonly channels: number
  readonly initialiser: SeededNormal
  /** Whether a bias per channel, 0 at first, is added; true where left out. A norm that follows takes it away again. */
  readonly bias?: boolean
}

/** A layer that holds a kernel of seeded initial values, and a bias per channel of its output. */
export abstract class KernelLayer<Config extends KernelConfig> extends tf.layers.Layer {
  protected readonly config: Config
  protected kernel!: tf.LayerVariable
  protected bias: tf.LayerVariable | undefined

  constructor(config: Config) {
    super({ name: config.name })
    this.config = config
  }

  /** Shape of the kernel for an input of so many channels. */
  protected abstract kernelShape(inputChannels: number): number[]

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = this.kernelShape((inputShape as tf.Shape).at(-1)!)
    this.kernel = this.addWeight("kernel", shape, "float32", initialiser(this.config.initialiser))
    if (this.config.bias !== false) {
      this.bias = this.addWeight("bias", [this.config.channels], "float32", tf.initializers.zeros())
    }
    this.built = true
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config } as unknown as tf.serialization.ConfigDict
  }
}
