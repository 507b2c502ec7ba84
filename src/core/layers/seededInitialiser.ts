import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { orthonormalColumns } from "./orthonormalColumns.ts"

/** Which variable a stream of initial values belongs to. */
export interface VariableAddress {
  readonly seed: number
  /** Name of the player, e.g. `generator`. */
  readonly player: string
  /** Name of the variable within the player, e.g. `down1/kernel`. */
  readonly variable: string
}

type Distribution = "normal" | "uniform" | "orthogonal"

interface SeededInitialiserConfig {
  readonly seed: number
  readonly mean: number
  readonly deviation: number
  // TensorFlow.js rewrites the case of every string of a configuration except those under the key `name`.
  readonly player: { readonly name: string }
  readonly variable: { readonly name: string }
  readonly distribution: { readonly name: Distribution }
}

/**
 * Initial values, float32, from the stream `seed/init/<player>/<variable>`: they depend on nothing else, so
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
    return tf.tensor(this.values(shape), shape, "float32")
  }

  /** The values themselves, row-major. */
  values(shape: readonly number[]): Float32Array {
    const { mean, deviation } = this.config
    const values = this.drawn(shape)
    for (let i = 0; i < values.length; i++) values[i] = mean + deviation * values[i]!
    return values
  }

  /** Values of mean 0, and of deviation 1 unless they are orthonormal. */
  private drawn(shape: readonly number[]): Float32Array {
    const { seed, player, variable, distribution } = this.config
    const source = stream(seed, "init", player.name, variable.name)
    const values = new Float32Array(tf.util.sizeFromShape([...shape]))
    if (distribution.name === "uniform") {
      return source.fillUniform(values).map((value) => Math.sqrt(3) * (2 * value - 1))
    }
    source.fillNormal(values)
    return distribution.name === "normal" ? values : orthonormalColumns(values, shape.at(-1)!)
  }

  getConfig(): tf.serialization.ConfigDict {
    const { player, variable, distribution } = this.config
    return {
      ...this.config,
      player: { ...player },
      variable: { ...variable },
      distribution: { ...distribution },
    }
  }
}

tf.serialization.registerClass(SeededInitialiser)

/** A seeded initialiser as a layer's configuration holds it; `tf.layers` find the class by its name. */
export interface SeededValues {
  readonly className: typeof SeededInitialiser.className
  readonly config: SeededInitialiserConfig
}

/** What a `tf.layers` constructor takes as `kernelInitializer`; TensorFlow.js does not export its name. */
type LayerInitialiser = NonNullable<Parameters<typeof tf.layers.conv2d>[0]["kernelInitializer"]>

function seeded(
  distribution: Distribution,
  { seed, player, variable }: VariableAddress,
  mean: number,
  deviation: number,
): SeededValues {
  const named = {
    player: { name: player },
    variable: { name: variable },
    distribution: { name: distribution },
  }
  return { className: SeededInitialiser.className, config: { seed, mean, deviation, ...named } }
}

/**
 * Normal initial values for a variable.
 * @param mean 0 for kernels, 1 for the scales of normalisation
 * @param deviation 0.02 in DCGAN (Radford et al. 2016, section 4), pix2pix and CycleGAN
 */
export function seededNormal(address: VariableAddress, mean = 0, deviation = 0.02): SeededValues {
  return seeded("normal", address, mean, deviation)
}

/** Uniform initial values in [-bound, bound). */
export function seededUniform(address: VariableAddress, bound: number): SeededValues {
  return seeded("uniform", address, 0, bound / Math.sqrt(3))
}

/** `gain` times a matrix whose columns (the last axis), or else rows, are orthonormal, uniform over all such matrices. */
export function seededOrthogonal(address: VariableAddress, gain: number): SeededValues {
  return seeded("orthogonal", address, 0, gain)
}

/** A seeded initialiser as `tf.layers` take it. */
export function layerInitialiser(values: SeededValues): LayerInitialiser {
  return values as unknown as LayerInitialiser
}

/** The initialiser itself, as `Layer.addWeight` wants it. */
export function initialiser({ config }: SeededValues): ReturnType<typeof tf.initializers.zeros> {
  return new SeededInitialiser(config) as unknown as ReturnType<typeof tf.initializers.zeros>
}

/** The initial values of a variable, row-major, on the host. */
export function drawn({ config }: SeededValues, shape: readonly number[]): Float32Array {
  return new SeededInitialiser(config).values(shape)
}
