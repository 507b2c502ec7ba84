import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Norm } from "./normalisation.ts"
import {
  type SeededValues,
  seededNormal,
  seededOrthogonal,
  seededUniform,
  type VariableAddress,
} from "./seededInitialiser.ts"

/** Initialisations that go by a name. */
export const initialisations = ["he", "xavier", "lecun", "orthogonal", "pytorch"] as const

/**
 * How kernels start. With `in` the number of values that each output sums up, `out` the number of outputs that each input goes to,
 * and the gain `sqrt(2 / (1 + slope^2))` of the ReLU that follows (1 where none does):
 *
 * * `he`: N(0, gain / sqrt(in)) (He et al. 2015, equations 10 and 15): keeps the scale of activations through ReLUs.
 * * `lecun`: N(0, 1 / sqrt(in)) (LeCun et al. 1998, equation 16).
 * * `xavier`: uniform within sqrt(6 / (in + out)) (Glorot and Bengio 2010, equation 16).
 * * `orthogonal`: gain times an orthonormal matrix (Saxe et al. 2014), kernels as matrices with the layer's last axis as columns.
 * * `pytorch`: uniform within 1 / sqrt(in), biases too: what `nn.Conv2d` and `nn.Linear` have by default. As there, a transposed
 *   convolution counts `out` instead.
 * * `{ normal: s }`: N(0, s) whatever the size; 0.02 in DCGAN, pix2pix and CycleGAN.
 *
 * Biases start at 0 but for `pytorch`.
 */
export type Initialisation = (typeof initialisations)[number] | { readonly normal: number }

/** An `Initialisation` as an option. */
export const initialisationChoice = Schema.Union([
  Schema.Literals(initialisations),
  Schema.Struct({ normal: Schema.Finite.check(Schema.isGreaterThan(0)) }),
])

/** An option `initialisation`; `auto`, what the model's docstring says, where left out. */
export const initialisationOption = Schema.Union([Schema.Literal("auto"), initialisationChoice]).pipe(
  Schema.withDecodingDefaultKey(Effect.succeed("auto" as const)),
)

/**
 * What GANs of convolutions start with where nothing else is chosen: N(0, 0.02) as published where norms bring the scale back, and He's
 * without: there N(0, 0.02) shrinks what passes layer by layer, so that a discriminator's gradient is next to nothing.
 */
export function convolutionalStart(chosen: Initialisation | "auto", norm: Norm): Initialisation {
  if (chosen !== "auto") return chosen
  return norm === "none" ? "he" : { normal: 0.02 }
}

/** What a layer sums up, and what follows it. */
export interface Connections {
  readonly in: number
  readonly out: number
  /** Of the ReLU that follows, below 0; nothing, or what is linear near 0, follows where left out. */
  readonly slope?: number
  /** `in` as PyTorch counts it, where it counts otherwise. */
  readonly pytorch?: number
}

/** A convolution's connections. */
export function convolutionConnections(kernel: number, inputs: number, outputs: number): Connections {
  return { in: kernel ** 2 * inputs, out: kernel ** 2 * outputs }
}

/** A transposed convolution's: of a kernel, each output meets one tap in `stride` along either side. */
export function transposedConnections(
  { kernel, stride }: { readonly kernel: number; readonly stride: number },
  inputs: number,
  outputs: number,
): Connections {
  const out = kernel ** 2 * outputs
  return { in: (kernel / stride) ** 2 * inputs, out, pytorch: out }
}

/** A kernel's and its bias's initial values; a bias without any starts at 0. */
export interface LayerStart {
  readonly kernel: SeededValues
  readonly bias?: SeededValues
  /** What the kernel is multiplied by whenever it is used; 1 where left out. See `equalisedStart`. */
  readonly scale?: number
}

/**
 * The initial values of one layer.
 * @param layer whose `variable` is the layer's name: `<name>/kernel` and `<name>/bias` are drawn
 */
export function layerStart(
  layer: VariableAddress,
  chosen: Initialisation,
  connections: Connections,
): LayerStart {
  const kernel = { ...layer, variable: `${layer.variable}/kernel` }
  const { in: inputs, out: outputs, slope } = connections
  const gain = slope === undefined ? 1 : Math.sqrt(2 / (1 + slope ** 2))
  switch (chosen) {
    case "he":
      return { kernel: seededNormal(kernel, 0, gain / Math.sqrt(inputs)) }
    case "lecun":
      return { kernel: seededNormal(kernel, 0, 1 / Math.sqrt(inputs)) }
    case "xavier":
      return { kernel: seededUniform(kernel, Math.sqrt(6 / (inputs + outputs))) }
    case "orthogonal":
      return { kernel: seededOrthogonal(kernel, gain) }
    case "pytorch": {
      const bound = 1 / Math.sqrt(connections.pytorch ?? inputs)
      const bias = { ...layer, variable: `${layer.variable}/bias` }
      return { kernel: seededUniform(kernel, bound), bias: seededUniform(bias, bound) }
    }
    default:
      return { kernel: seededNormal(kernel, 0, chosen.normal) }
  }
}

/**
 * The initial values of a layer of equalised learning rate (Karras et al. 2018, section 4.1): the kernel starts from N(0, 1), and He's constant,
 * gain / sqrt(in), multiplies it whenever it is used. Adam then moves every layer by the same share of its kernel's scale. Biases start at
 * 0, and nothing multiplies them, as in the authors' code. Taken by the layers of this folder, whose `KernelLayer` knows the scale.
 */
export function equalisedStart(layer: VariableAddress, { in: inputs, slope }: Connections): LayerStart {
  const gain = slope === undefined ? 1 : Math.sqrt(2 / (1 + slope ** 2))
  return {
    kernel: seededNormal({ ...layer, variable: `${layer.variable}/kernel` }, 0, 1),
    scale: gain / Math.sqrt(inputs),
  }
}
