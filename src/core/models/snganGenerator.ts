import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Fields } from "../contracts/field.ts"
import type { Model, PlayerFields } from "../contracts/player.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { Dense } from "../layers/dense.ts"
import { type Initialisation, initialisationOption } from "../layers/initialisation.ts"
import type { Statistics } from "../layers/normalisation.ts"
import { type UpsamplingMethod, upsamplings } from "../layers/upsampling.ts"
import { dcganPyramid, dcganRefusals, labelRefusals } from "./dcganPyramid.ts"
import { fieldText, imageShape } from "./imageShape.ts"
import { type LayersPlayer, layersPlayer } from "./layersPlayer.ts"
import {
  type BlockNorm,
  normedRectified,
  type ResidualNetwork,
  residualConvolution,
  residualStart,
  upBlock,
} from "./residualBlocks.ts"
import { snganGeneratorChannels } from "./snganChannels.ts"

export interface SnganGeneratorOptions {
  /** Channels of the outermost block; 64 by default. The authors have 256 for 32 pixels and 64 for 64 and 128. */
  readonly width: number
  /** How blocks double the sides; `nearest` by default, as in the authors' code. */
  readonly upsampling: UpsamplingMethod
  /** Whose statistics batch normalisation uses at test time; `moving` by default, so that an image depends on its latent only. */
  readonly statistics: Statistics
  /** How kernels start; `auto` (the default) is as in the authors' code, see `residualStart`. */
  readonly initialisation: Initialisation | "auto"
}

const defaults: SnganGeneratorOptions = {
  width: 64,
  upsampling: "nearest",
  statistics: "moving",
  initialisation: "auto",
}

const positive = Schema.Int.check(Schema.isGreaterThan(0))

export const snganGeneratorPlugin: Plugin<"model", Model> = {
  kind: "model",
  name: "snganGenerator",
  version: 1,
  options: {
    width: positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.width))),
    upsampling: Schema.Literals(upsamplings).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.upsampling)),
    ),
    statistics: Schema.Literals(["batch", "moving"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.statistics)),
    ),
    initialisation: initialisationOption,
  },
  build: makeSnganGenerator,
}

/**
 * The residual generator of SNGAN (Miyato et al. 2018; layers as in the authors' code): from `latent` `[batch, size]` to
 * `image` `[batch, h, w, c]` in (-1, 1), float32; sides are 4 to 7 times a power of two.
 *
 * The latent is projected to the innermost map (4x4 for 32 and 64 pixels, 7x7 for 28); residual blocks double its sides (`upBlock`); batch norm,
 * ReLU, a 3x3 convolution and tanh end it. Up to three blocks have `width` channels each; of more the outermost has, and each further
 * in twice as many.
 *
 * With `label`, int32 `[batch]`, the blocks' batch norms have a gamma and a beta for each class (Miyato and Koyama 2018).
 */
export function snganGenerator(
  options: Partial<Options<SnganGeneratorOptions>> = {},
): Use<"model", { readonly part: "generator" }> {
  return use(snganGeneratorPlugin, options)
}

/** Builds the model behind `snganGenerator`, for other plug-ins. */
export function makeSnganGenerator(chosen: Partial<SnganGeneratorOptions> = {}): Model {
  const options = { ...defaults, ...chosen }
  return {
    part: "generator",
    takes: { latent: "always", label: "optionally" },
    gives: ["image"],
    player(name, { inputs, outputs }, seed) {
      const image = imageShape(outputs?.image)!
      const { levels, height, width } = dcganPyramid(image[0], image[1])!
      const channels = snganGeneratorChannels(options.width, levels)
      return residualGenerator(
        { ...options, map: [height, width], channels, last: 3, image },
        name,
        inputs,
        seed,
      )
    },
    refuses,
    shapes: ({ outputs }) => ({ image: outputs!.image!.shape }),
  }
}

function refuses({ inputs, outputs }: PlayerFields): readonly string[] {
  const { latent, label } = inputs
  const reasons = [...dcganRefusals(outputs?.image, "an SNGAN"), ...labelRefusals(label, "an SNGAN")]
  if (latent?.shape.length === 1 && latent.dtype === "float32") return reasons
  return [
    ...reasons,
    `Expected latents [size] for the SNGAN, but got ${fieldText(latent)}; give it one row of numbers per image.`,
  ]
}

/** A residual generator, block by block. */
export interface ResidualGenerator extends Omit<SnganGeneratorOptions, "width"> {
  /** Sides of the innermost map. */
  readonly map: readonly [height: number, width: number]
  /** Channels of the innermost map, then of every block. */
  readonly channels: readonly number[]
  /** Side of the last convolution's kernel. */
  readonly last: 1 | 3
  readonly image: readonly [height: number, width: number, channels: number]
}

/** Makes a player of it; variables are named `project`, `block1` (`conv1`, `conv2`, `shortcut`, `norm1`, `norm2`), ..., `norm`, `last`. */
export function residualGenerator(
  { map, channels, last, image, upsampling, statistics, initialisation }: ResidualGenerator,
  name: string,
  fields: Fields,
  seed: number,
): LayersPlayer {
  const network: ResidualNetwork = { seed, player: name, initialisation, weights: "plain" }
  const latent = tf.input({ shape: [...fields.latent!.shape], name: "latent" })
  const inputs: Record<string, tf.SymbolicTensor> = { latent }
  let norm: BlockNorm = { statistics }
  if (fields.label !== undefined) {
    inputs.label = tf.input({ shape: [], name: "label", dtype: "int32" })
    norm = { statistics, label: { input: inputs.label, classes: fields.label.classes! } }
  }
  const [innermost, ...others] = channels as [number, ...number[]]
  const units = map[0] * map[1] * innermost
  const start = residualStart(network, "project", { in: latent.shape.at(-1)!, out: units })
  const projected = new Dense({ name: "project", channels: units, ...start }).apply(latent)
  const reshape = tf.layers.reshape({ name: "map", targetShape: [...map, innermost] })
  let x = reshape.apply(projected) as tf.SymbolicTensor
  for (const [index, of] of others.entries()) {
    x = upBlock(x, network, { name: `block${index + 1}`, channels: of, norm, upsampling })
  }
  x = normedRectified(x, network, "norm", { statistics })
  x = residualConvolution(x, network, { name: "last", channels: image[2], kernel: last })
  x = tf.layers.activation({ name: "tanh", activation: "tanh" }).apply(x) as tf.SymbolicTensor
  return layersPlayer({ name, inputs, outputs: { image: x } })
}
