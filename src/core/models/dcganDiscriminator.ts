import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Field } from "../contracts/field.ts"
import type { Model, OutputName, PlayerFields } from "../contracts/player.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { ClassEmbedding } from "../layers/classEmbedding.ts"
import { Convolution } from "../layers/convolution.ts"
import { Dense } from "../layers/dense.ts"
import {
  type Connections,
  convolutionalStart,
  convolutionConnections,
  type Initialisation,
  initialisationOption,
} from "../layers/initialisation.ts"
import {
  type KernelWeights,
  mistakesOfWeights,
  weightedStart,
  weightsOption,
} from "../layers/kernelWeights.ts"
import { MinibatchDeviation } from "../layers/minibatchDeviation.ts"
import { MinibatchDiscrimination } from "../layers/minibatchDiscrimination.ts"
import { type Norm, Normalisation, type Statistics } from "../layers/normalisation.ts"
import { seededNormal } from "../layers/seededInitialiser.ts"
import { dcganChannels, dcganPyramid, dcganRefusals, labelRefusals } from "./dcganPyramid.ts"
import { imageShape } from "./imageShape.ts"
import { type LayersPlayer, layersPlayer } from "./layersPlayer.ts"

export interface DcganDiscriminatorOptions {
  /** Channels of the first convolution, twice as many after each further one; 64 by default, as in the reference. */
  readonly width: number
  /**
   * `batch` by default, as in the paper. Penalties on the gradient of single examples need `none` or `layer`: batch statistics
   * make a score depend on the other images (Gulrajani et al. 2017, section 4).
   */
  readonly norm: Exclude<Norm, "instance">
  /** Whose statistics batch normalisation uses at test time; `moving` by default. */
  readonly statistics: Statistics
  /** How kernels start; `auto` (the default) is N(0, 0.02) as in the paper where there is a norm, `he` where there is none. */
  readonly initialisation: Initialisation | "auto"
  /**
   * What its layers make of their kernels: `spectral` divides each by its spectral norm, the classes' vectors too (Miyato et al. 2018, whose
   * discriminator has `norm: "none"`); `equalised` is Karras et al.'s learning rate. `plain` where left out.
   */
  readonly weights?: KernelWeights
  /**
   * What it sees of the other examples of a batch, so that it notices where they are all alike: how much they deviate, in groups of four
   * (`deviation`, Karras et al. 2018, a channel of the innermost map), or how near they lie to each other (`discrimination`, Salimans et
   * al. 2016, with their 100 kernels of 5 numbers). Nothing where left out. Scores are then no longer those of single examples, which
   * penalties on the gradient assume.
   */
  readonly minibatch?: (typeof minibatches)[number]
}

/** What a discriminator may see of the other examples. */
const minibatches = ["none", "deviation", "discrimination"] as const

const defaults: DcganDiscriminatorOptions = {
  width: 64,
  norm: "batch",
  statistics: "moving",
  initialisation: "auto",
}

const positive = Schema.Int.check(Schema.isGreaterThan(0))

/** Slope of the leaky ReLU below 0 (Radford et al. 2016, section 4). */
const slope = 0.2

export const dcganDiscriminatorPlugin: Plugin<"model", Model> = {
  kind: "model",
  name: "dcganDiscriminator",
  version: 2,
  options: {
    width: positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.width))),
    norm: Schema.Literals(["none", "batch", "layer"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.norm)),
    ),
    statistics: Schema.Literals(["batch", "moving"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.statistics)),
    ),
    initialisation: initialisationOption,
    weights: weightsOption,
    minibatch: Schema.optionalKey(Schema.Literals(minibatches)),
  },
  check: mistakesOfWeights,
  build: makeDcganDiscriminator,
}

/**
 * The discriminator of DCGAN (Radford et al. 2016, section 3; layers as in the authors' Torch code): from `image`
 * `[batch, h, w, c]` to `scores` `[batch, 1]`, logits, float32; sides are 4 to 7 times a power of two.
 *
 * 4x4 convolutions of stride 2 and padding 1 halve the sides down to the innermost map (4x4 for 32 and 64 pixels, 7x7 for
 * 28), each with leaky ReLU 0.2 and all but the first with norm; the score is a weighted sum of that map. The norms' scales
 * are drawn from N(1, 0.02). Layers have biases only where no norm follows.
 *
 * With `label`, int32 `[batch]`, the product of the innermost map with a learned vector of the class is added to the score
 * (the projection of Miyato and Koyama 2018, section 3; here onto the whole map, where they sum over positions first).
 *
 * It also gives that map, `features` `[batch, h, w, c]`, for losses on features (`featureMatching`).
 *
 * Where its fields ask for `classLogits` `[batch, classes]`, it also tells the class from the same map (ACGAN, Odena et al. 2017, section 3).
 */
export function dcganDiscriminator(
  options: Partial<Options<DcganDiscriminatorOptions>> = {},
): Use<"model", { readonly part: "discriminator"; readonly conditional: false }> {
  return use(dcganDiscriminatorPlugin, options)
}

/** Builds the model behind `dcganDiscriminator`, for other plug-ins. */
export function makeDcganDiscriminator(chosen: Partial<DcganDiscriminatorOptions> = {}): Model {
  const options = { ...defaults, ...chosen }
  return {
    part: "discriminator",
    takes: { image: "always", label: "optionally" },
    gives: ["scores", "features", "classLogits"],
    player: (name, fields, seed) => dcganDiscriminatorPlayer(options, name, fields, seed),
    refuses: ({ inputs }) => [...dcganRefusals(inputs.image), ...labelRefusals(inputs.label)],
    shapes: ({ inputs, outputs }) => ({
      scores: [1],
      features: innermostOf(options, inputs.image!),
      ...(outputs?.classLogits === undefined ? {} : { classLogits: outputs.classLogits.shape }),
    }),
  }
}

/** Shape of the innermost map. */
function innermostOf({ width }: DcganDiscriminatorOptions, image: Field): readonly number[] {
  const [imageHeight, imageWidth] = imageShape(image)!
  const { levels, height, width: across } = dcganPyramid(imageHeight, imageWidth)!
  return [height, across, dcganChannels(width, levels).at(-1)!]
}

function dcganDiscriminatorPlayer(
  options: DcganDiscriminatorOptions,
  name: string,
  { inputs: fields, outputs: wanted }: PlayerFields,
  seed: number,
): LayersPlayer {
  const { width, norm, statistics, initialisation: chosen, weights = "plain", minibatch } = options
  const [height, imageWidth, imageChannels] = imageShape(fields.image)!
  const { levels } = dcganPyramid(height, imageWidth)!
  const initialisation = convolutionalStart(chosen, norm)
  const started = (variable: string, connections: Connections) =>
    weightedStart({ seed, player: name, variable }, weights, initialisation, connections)
  const apply = (layer: tf.layers.Layer, x: tf.SymbolicTensor) => layer.apply(x) as tf.SymbolicTensor

  const image = tf.input({ shape: [height, imageWidth, imageChannels], name: "image" })
  const inputs: Record<string, tf.SymbolicTensor> = { image }
  let x = image
  for (const [index, channels] of dcganChannels(width, levels).entries()) {
    const layer = `conv${index + 1}`
    const normed = index > 0 && norm !== "none"
    const geometry = { kernel: 4, stride: 2, padding: 1, bias: !normed }
    const connections = convolutionConnections(geometry.kernel, x.shape.at(-1)!, channels)
    const start = started(layer, { ...connections, slope })
    x = apply(new Convolution({ ...geometry, name: layer, channels, ...start }), x)
    if (normed) {
      const scale = seededNormal({ seed, player: name, variable: `${layer}/norm/gamma` }, 1)
      x = apply(new Normalisation({ name: `${layer}/norm`, norm, statistics, initialiser: scale }), x)
    }
    x = apply(tf.layers.leakyReLU({ name: `${layer}/activation`, alpha: slope }), x)
  }
  const features = x
  if (minibatch === "deviation") x = apply(new MinibatchDeviation({ name: "minibatch", group: 4 }), x)
  x = apply(tf.layers.flatten({ name: "flat" }), x)
  if (minibatch === "discrimination") {
    const initialiser = seededNormal({ seed, player: name, variable: "minibatch/kernel" }, 0, 0.05)
    x = apply(new MinibatchDiscrimination({ name: "minibatch", kernels: 100, size: 5, initialiser }), x)
  }
  const size = x.shape.at(-1)!
  const connections = { in: size, out: 1 }
  let scores = apply(new Dense({ name: "scores", channels: 1, ...started("scores", connections) }), x)
  if (fields.label !== undefined) {
    const label = tf.input({ shape: [], name: "label", dtype: "int32" })
    const initialiser = seededNormal(
      { seed, player: name, variable: "class/embedding" },
      0,
      norm === "none" ? 1 / Math.sqrt(size) : undefined,
    )
    const classes = fields.label.classes!
    const spectral = weights === "spectral" ? ({ spectral: "u" } as const) : {}
    const vectors = apply(
      new ClassEmbedding({ name: "class", classes, size, initialiser, ...spectral }),
      label,
    )
    const projected = tf.layers.dot({ name: "projection", axes: 1 }).apply([x, vectors])
    const sum = tf.layers.add({ name: "sum" })
    scores = sum.apply([scores, projected as tf.SymbolicTensor]) as tf.SymbolicTensor
    inputs.label = label
  }
  const outputs: Partial<Record<OutputName, tf.SymbolicTensor>> = { scores, features }
  const classes = wanted?.classLogits?.shape[0]
  if (classes !== undefined) {
    const start = started("classLogits", { in: size, out: classes })
    outputs.classLogits = apply(new Dense({ name: "classLogits", channels: classes, ...start }), x)
  }
  return layersPlayer({ name, inputs, outputs })
}
