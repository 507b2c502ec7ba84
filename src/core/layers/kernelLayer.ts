import * as tf from "@saddlepoint/engine/tf"
import type { LayerStart } from "./initialisation.ts"
import { initialiser } from "./seededInitialiser.ts"

export interface KernelConfig {
  readonly name: string
  /** Channels of the output. */
  readonly channels: number
  readonly start: LayerStart
  /** Whether a bias per channel is added; true where left out. A norm that follows takes it away again. */
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
    const { start, channels } = this.config
    this.kernel = this.addWeight("kernel", shape, "float32", initialiser(start.kernel))
    if (this.config.bias !== false) {
      const values = start.bias === undefined ? tf.initializers.zeros() : initialiser(start.bias)
      this.bias = this.addWeight("bias", [channels], "float32", values)
    }
    this.built = true
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config } as unknown as tf.serialization.ConfigDict
  }
}
