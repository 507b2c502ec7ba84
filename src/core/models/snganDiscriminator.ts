import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Fields } from "../contracts/field.ts"
import type { Model } from "../contracts/player.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { ClassEmbedding } from "../layers/classEmbedding.ts"
import { Dense } from "../layers/dense.ts"
import { type Initialisation, initialisationOption } from "../layers/initialisation.ts"
import { type KernelWeights, kernelWeights, mistakesOfWeights } from "../layers/kernelWeights.ts"
import { PositionSum } from "../layers/positionSum.ts"
import { seededUniform } from "../layers/seededInitialiser.ts"
import { dcganPyramid, dcganRefusals, labelRefusals } from "./dcganPyramid.ts"
import { imageShape } from "./imageShape.ts"
import { type LayersPlayer, layersPlayer } from "./layersPlayer.ts"
import { downBlock, type ResidualNetwork, rectified, residualStart } from "./residualBlocks.ts"
import { type SnganBlock, snganDiscriminatorBlocks } from "./snganChannels.ts"

export interface SnganDiscriminatorOptions {
  /** Channels of the first block; 64 by default. The authors have 128 for 32 pixels and 64 for 64 and 128. */
  readonly width: number
  /** What its layers make of their kernels; `spectral` by default. `plain` where a penalty on the gradient takes its place. */
  readonly weights: KernelWeights
  /** How kernels start; `auto` (the default) is as in the authors' code, see `residualStart`. */
  readonly initialisation: Initialisation | "auto"
}

const defaults: SnganDiscriminatorOptions = { width: 64, weights: "spectral", initialisation: "auto" }

const positive = Schema.Int.check(Schema.isGreaterThan(0))

export const snganDiscriminatorPlugin: Plugin<"model", Model> = {
  kind: "model",
  name: "snganDiscriminator",
  version: 1,
  options: {
    width: positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.width))),
    weights: Schema.Literals(kernelWeights).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.weights)),
    ),
    initialisation: initialisationOption,
  },
  check: mistakesOfWeights,
  build: makeSnganDiscriminator,
}

/**
 * The residual discriminator of SNGAN (Miyato et al. 2018; layers as in the authors' code): from `image` `[batch, h, w, c]` to
 * `scores` `[batch, 1]`, logits, float32; sides are 4 to 7 times a power of two. No norm of activations: every score depends on its own
 * example alone.
 *
 * Residual blocks (`downBlock`): up to three halvings of the image, two that halve the sides and two that keep them, of `width` channels; for
 * larger images one more than halvings, each of twice the channels of the one before. After a last ReLU the features are summed over
 * all positions, and the score is a weighted sum of them.
 *
 * With `label`, int32 `[batch]`, the product of the features with a learned vector of the class is added to the score (the projection of
 * Miyato and Koyama 2018, equation 3). All weights, the classes' vectors too, are under spectral norm.
 */
export function snganDiscriminator(
  options: Partial<Options<SnganDiscriminatorOptions>> = {},
): Use<"model", { readonly part: "discriminator"; readonly conditional: false }> {
  return use(snganDiscriminatorPlugin, options)
}

/** Builds the model behind `snganDiscriminator`, for other plug-ins. */
export function makeSnganDiscriminator(chosen: Partial<SnganDiscriminatorOptions> = {}): Model {
  const options = { ...defaults, ...chosen }
  return {
    part: "discriminator",
    takes: { image: "always", label: "optionally" },
    gives: ["scores"],
    player(name, { inputs }, seed) {
      const [imageHeight, imageWidth] = imageShape(inputs.image)!
      const { levels, height, width } = dcganPyramid(imageHeight, imageWidth)!
      const blocks = snganDiscriminatorBlocks(options.width, levels, [height, width])
      return residualDiscriminator({ ...options, blocks }, name, inputs, seed)
    },
    refuses: ({ inputs }) => [
      ...dcganRefusals(inputs.image, "an SNGAN"),
      ...labelRefusals(inputs.label, "an SNGAN"),
    ],
    shapes: () => ({ scores: [1] }),
  }
}

/** A residual discriminator, block by block. */
export interface ResidualDiscriminator extends Omit<SnganDiscriminatorOptions, "width"> {
  readonly blocks: readonly SnganBlock[]
}

/** Makes a player of it; variables are named `block1` (`conv1`, `conv2`, `shortcut`), ..., `scores` and `class`. */
export function residualDiscriminator(
  { blocks, weights, initialisation }: ResidualDiscriminator,
  name: string,
  fields: Fields,
  seed: number,
): LayersPlayer {
  const network: ResidualNetwork = { seed, player: name, initialisation, weights }
  const image = tf.input({ shape: [...fields.image!.shape], name: "image" })
  const inputs: Record<string, tf.SymbolicTensor> = { image }
  let x = image
  for (const [index, block] of blocks.entries()) {
    x = downBlock(x, network, { name: `block${index + 1}`, ...block, first: index === 0 })
  }
  const features = new PositionSum({ name: "sum" }).apply(rectified(x, "last")) as tf.SymbolicTensor
  const size = features.shape.at(-1)!
  const start = residualStart(network, "scores", { in: size, out: 1 })
  let scores = new Dense({ name: "scores", channels: 1, ...start }).apply(features) as tf.SymbolicTensor
  if (fields.label !== undefined) {
    inputs.label = tf.input({ shape: [], name: "label", dtype: "int32" })
    const classes = fields.label.classes!
    const bound = Math.sqrt(6 / (classes + size))
    const initialiser = seededUniform({ seed, player: name, variable: "class/embedding" }, bound)
    const spectral = weights === "spectral" ? ({ spectral: "u" } as const) : {}
    const embedding = new ClassEmbedding({ name: "class", classes, size, initialiser, ...spectral })
    const vectors = embedding.apply(inputs.label) as tf.SymbolicTensor
    const projected = tf.layers.dot({ name: "projection", axes: 1 }).apply([features, vectors])
    const both = [scores, projected as tf.SymbolicTensor]
    scores = tf.layers.add({ name: "scores/sum" }).apply(both) as tf.SymbolicTensor
  }
  return layersPlayer({ name, inputs, outputs: { scores } })
}
