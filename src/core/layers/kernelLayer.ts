import * as tf from "@saddlepoint/engine/tf"
import type { CallArguments } from "./callArguments.ts"
import type { LayerStart } from "./initialisation.ts"
import { initialiser } from "./seededInitialiser.ts"
import { SpectralNorm } from "./spectralNorm.ts"
import { still } from "./still.ts"

export interface KernelConfig {
  readonly name: string
  /** Channels of the output. */
  readonly channels: number
  readonly start: LayerStart
  /** Whether a bias per channel is added; true where left out. A norm that follows takes it away again. */
  readonly bias?: boolean
  /**
   * Whether the kernel is divided by its spectral norm (see `SpectralNorm`), and which vector a power iteration begins with: `u` in models. It
   * is not where left out.
   */
  readonly spectral?: "u" | "v"
}

/** A layer that holds a kernel of seeded initial values, and a bias per channel of its output. */
export abstract class KernelLayer<Config extends KernelConfig> extends tf.layers.Layer {
  protected readonly config: Config
  private kernel!: tf.LayerVariable
  private spectral: SpectralNorm | undefined
  protected bias: tf.LayerVariable | undefined

  constructor(config: Config) {
    super({ name: config.name })
    this.config = config
  }

  /** Shape of the kernel for an input of so many channels. */
  protected abstract kernelShape(inputChannels: number): number[]

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = this.kernelShape((inputShape as tf.Shape).at(-1)!)
    const { start, channels, spectral: begin } = this.config
    this.kernel = this.addWeight("kernel", shape, "float32", initialiser(start.kernel))
    if (this.config.bias !== false) {
      const values = start.bias === undefined ? tf.initializers.zeros() : initialiser(start.bias)
      this.bias = this.addWeight("bias", [channels], "float32", values)
    }
    if (begin !== undefined) {
      const kernel = { start: start.kernel, shape, outputs: "last", begin } as const
      this.spectral = new SpectralNorm(kernel, (name, vector) =>
        this.addWeight(name, [vector.length], "float32", still(vector), undefined, false),
      )
    }
    this.built = true
  }

  /** The kernel as this call uses it. Once a call: a spectral norm moves with it. */
  protected usedKernel(call: CallArguments): tf.Tensor {
    const kernel = this.kernel.read()
    const { scale } = this.config.start
    if (this.spectral !== undefined) return this.spectral.normalised(kernel, call)
    return scale === undefined ? kernel : tf.mul(kernel, scale)
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config } as unknown as tf.serialization.ConfigDict
  }
}
