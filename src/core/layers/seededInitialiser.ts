import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"

/** Which variable a stream of initial values belongs to. */
export interface VariableAddress {
  readonly seed: number
  /** Name of the player, e.g. `generator`. */
  readonly player: string
  /** Name of the variable within the player, e.g. `down1/kernel`. */
  readonly variable: string
}

interface SeededInitialiserConfig {
  readonly seed: number
  readonly mean: number
  readonly deviation: number
  // TensorFlow.js rewrites the case of every string of a configuration except those under the key `name`.
  readonly player: { readonly name: string }
  readonly variable: { readonly name: string }
}

/**
 * Normal initial values, float32, from the stream `seed/init/<player>/<variable>`: they depend on nothing else, so
 * arms that share a part start it alike, and adding a layer changes no other.
 */
export class SeededInitialiser extends tf.serialization.Serializable {
  static readonly className = "SaddlepointSeededInitialiser" as const
  private readonly config: SeededInitialiserConfig

  constructor(config: SeededInitialiserConfig) {
    super()
    this.config = config
  }

  apply(shape: number[]): tf.Tensor {
    const { seed, player, variable, mean, deviation } = this.config
    const values = new Float32Array(tf.util.sizeFromShape(shape))
    stream(seed, "init", player.name, variable.name).fillNormal(values)
    for (let i = 0; i < values.length; i++) values[i] = mean + deviation * values[i]!
    return tf.tensor(values, shape, "float32")
  }

  getConfig(): tf.serialization.ConfigDict {
    return { ...this.config, player: { ...this.config.player }, variable: { ...this.config.variable } }
  }
}

tf.serialization.registerClass(SeededInitialiser)

/** A seeded initialiser as a layer's configuration holds it; `tf.layers` find the class by its name. */
export interface SeededNormal {
  readonly className: typeof SeededInitialiser.className
  readonly config: SeededInitialiserConfig
}

/** What a `tf.layers` constructor takes as `kernelInitializer`; TensorFlow.js does not export its name. */
type LayerInitialiser = NonNullable<Parameters<typeof tf.layers.conv2d>[0]["kernelInitializer"]>

/**
 * Normal initial values for a variable.
 * @param mean 0 for kernels, 1 for the scales of normalisation
 * @param deviation 0.02 in DCGAN (Radford et al. 2016, section 4), pix2pix and CycleGAN
 */
export function seededNormal(address: VariableAddress, mean = 0, deviation = 0.02): SeededNormal {
  const { seed, player, variable } = address
  return {
    className: SeededInitialiser.className,
    config: { seed, mean, deviation, player: { name: player }, variable: { name: variable } },
  }
}

/**
 * Normal initial values of variance `2 / ((1 + slope^2) inputs)`, for layers before a ReLU or a leaky one (He et al. 2015,
 * equations 10 and 15).
 * @param inputs how many inputs each of the variable's outputs sums up
 * @param slope of the ReLU below 0
 */
export function heNormal(address: VariableAddress, inputs: number, slope = 0): SeededNormal {
  return seededNormal(address, 0, Math.sqrt(2 / ((1 + slope ** 2) * inputs)))
}

/** A seeded initialiser as `tf.layers` take it. */
export function layerInitialiser(normal: SeededNormal): LayerInitialiser {
  return normal as unknown as LayerInitialiser
}

/** The initialiser itself, as `Layer.addWeight` wants it. */
export function initialiser({ config }: SeededNormal): ReturnType<typeof tf.initializers.zeros> {
  return new SeededInitialiser(config) as unknown as ReturnType<typeof tf.initializers.zeros>
}
