import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Model, PlayerFields } from "../contracts/player.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { Convolution } from "../layers/convolution.ts"
import { Dropout, dropoutRate } from "../layers/dropout.ts"
import {
  convolutionalStart,
  convolutionConnections,
  type Initialisation,
  initialisationOption,
  layerStart,
  transposedConnections,
} from "../layers/initialisation.ts"
import { type Norm, Normalisation, norms, type Statistics } from "../layers/normalisation.ts"
import { seededNormal } from "../layers/seededInitialiser.ts"
import type { ConvolutionRow } from "./convolutionTable.ts"
import { fieldText, imageShape } from "./imageShape.ts"
import { layerInitialisers } from "./layerInitialisers.ts"
import { type LayersPlayer, layersPlayer } from "./layersPlayer.ts"

export interface UnetOptions {
  /** Channels of the outermost level; level i has `width * min(2^i, 8)`. 64 by default, as in the reference. */
  readonly width: number
  /** Levels down; `auto` (the default) goes on while the sides are even, to 1x1 for powers of two. */
  readonly depth: number | "auto"
  /** `instance` by default: what batch normalisation is at the reference's batch size of 1. */
  readonly norm: Norm
  /** Whose statistics batch normalisation uses at test time; `batch` by default, as in the reference. */
  readonly statistics: Statistics
  /** Whether each decoder level also sees the encoder's level of its size; true by default. */
  readonly skips: boolean
  /** Rate in the three innermost decoder levels; 0.5 by default, 0 for none. */
  readonly dropout: number
  /** Whether dropout stays on at test time; true by default, as in the reference, whose only noise it is. */
  readonly testDropout: boolean
  /** Channels of the output; 3 by default. */
  readonly channels: number
  /** How kernels start; `auto` (the default) is N(0, 0.02) as in the reference where there is a norm, `he` where there is none. */
  readonly initialisation: Initialisation | "auto"
}

const defaults: UnetOptions = {
  width: 64,
  depth: "auto",
  norm: "instance",
  statistics: "batch",
  skips: true,
  dropout: 0.5,
  testDropout: true,
  channels: 3,
  initialisation: "auto",
}

/** Slope of the encoder's leaky ReLU below 0 (Isola et al. 2017, appendix 6.1). */
const leak = 0.2

const positive = Schema.Int.check(Schema.isGreaterThan(0))

export const unetPlugin: Plugin<"model", Model> = {
  kind: "model",
  name: "unet",
  version: 2,
  options: {
    width: positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.width))),
    depth: Schema.Union([positive, Schema.Literal("auto")]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.depth)),
    ),
    norm: Schema.Literals(norms).pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.norm))),
    statistics: Schema.Literals(["batch", "moving"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.statistics)),
    ),
    skips: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.skips))),
    dropout: dropoutRate.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.dropout))),
    testDropout: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.testDropout))),
    channels: positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.channels))),
    initialisation: initialisationOption,
  },
  build: makeUnet,
}

/**
 * The U-Net generator of pix2pix (Isola et al. 2017, appendix 6.1.1; layer order as in the authors' Torch code):
 * from `[batch, h, w, in]` to `[batch, h, w, channels]` in (-1, 1), float32.
 *
 * Encoder: one 4x4 stride-2 convolution, then leaky ReLU 0.2, convolution, norm at every level; no norm at the
 * innermost. Decoder: ReLU, 4x4 stride-2 transposed convolution, norm, dropout in the three innermost levels, then
 * the encoder's values from before their activation are concatenated; the last level ends in tanh without norm.
 * With `skips: false` the layers are the same without concatenation.
 */
export function unet(
  options: Partial<Options<UnetOptions>> = {},
): Use<"model", { readonly part: "generator" }> {
  return use(unetPlugin, options)
}

/** Levels for an image: as given, or as often as both sides can be halved. */
export function unetDepth(depth: number | "auto", height: number, width: number): number {
  if (depth !== "auto") return depth
  let levels = 0
  while (height % 2 ** (levels + 1) === 0 && width % 2 ** (levels + 1) === 0) levels++
  return levels
}

/** The layer table, encoder from the outside in, then decoder from the inside out. */
export function unetTable(
  options: Pick<UnetOptions, "width" | "skips" | "channels">,
  depth: number,
  inputs: number,
): ConvolutionRow[] {
  const geometry = { kernel: 4, stride: 2, padding: 1 }
  const level = (index: number) => options.width * Math.min(2 ** index, 8) // channels of encoder level 0, 1, ...
  const rows: ConvolutionRow[] = []
  for (let down = 0; down < depth; down++) {
    rows.push({
      ...geometry,
      name: `down${down + 1}`,
      inputs: down === 0 ? inputs : level(down - 1),
      channels: level(down),
      normalised: down > 0 && down < depth - 1,
    })
  }
  for (let up = 0; up < depth; up++) {
    const mirror = depth - 2 - up // encoder level of the same size; -1 is the image itself
    const before = level(mirror + 1)
    rows.push({
      ...geometry,
      name: `up${up + 1}`,
      inputs: up > 0 && options.skips ? 2 * before : before,
      channels: mirror < 0 ? options.channels : level(mirror),
      normalised: mirror >= 0,
    })
  }
  return rows
}

/** Builds the model behind `unet`, for other plug-ins. */
export function makeUnet(chosen: Partial<UnetOptions> = {}): Model {
  const options = { ...defaults, ...chosen }
  return {
    part: "generator",
    takes: { image: "always" },
    gives: ["image"],
    player: (name, { inputs }, seed) => unetPlayer(options, name, inputs.image!.shape, seed),
    refuses: (fields) => refusals(options, fields),
    shapes: ({ inputs }) => ({ image: [...inputs.image!.shape.slice(0, 2), options.channels] }),
  }
}

function refusals(options: UnetOptions, { inputs }: PlayerFields): readonly string[] {
  const image = imageShape(inputs.image)
  if (image === undefined) {
    return [
      `Expected images [height, width, channels] for the U-Net, but got ${fieldText(inputs.image)}; choose another dataset or model.`,
    ]
  }
  const [height, width] = image
  const depth = unetDepth(options.depth, height, width)
  if (depth > 0 && height % 2 ** depth === 0 && width % 2 ** depth === 0) return []
  const factor = 2 ** Math.max(depth, 1)
  return [
    `Expected sides that ${factor} divides for a U-Net of depth ${options.depth}, but got an image of ` +
      `${height}x${width}; change the image size or the depth.`,
  ]
}

function unetPlayer(
  options: UnetOptions,
  name: string,
  image: readonly number[],
  seed: number,
): LayersPlayer {
  const [height, width, channels] = image as readonly [number, number, number]
  const depth = unetDepth(options.depth, height, width)
  const rows = unetTable(options, depth, channels)
  const initialisation = convolutionalStart(options.initialisation, options.norm)
  const address = (variable: string) => ({ seed, player: name, variable })

  const finish = (x: tf.SymbolicTensor, row: ConvolutionRow): tf.SymbolicTensor => {
    if (!row.normalised || options.norm === "none") return x
    const layer = `${row.name}/norm`
    const { norm, statistics } = options
    const initialiser = seededNormal(address(`${layer}/gamma`), 1)
    return new Normalisation({ name: layer, norm, statistics, initialiser }).apply(x) as tf.SymbolicTensor
  }

  const input = tf.input({ shape: [height, width, channels], name: "image" })
  const encoder: tf.SymbolicTensor[] = []
  let x = input
  for (const row of rows.slice(0, depth)) {
    if (encoder.length > 0)
      x = tf.layers.leakyReLU({ name: `${row.name}/activation`, alpha: leak }).apply(x) as tf.SymbolicTensor
    const { kernel, stride, padding, channels } = row
    // What comes out of the innermost level is rectified, and of the others by the leaky ReLU.
    const slope = encoder.length === depth - 1 ? 0 : leak
    const connections = { ...convolutionConnections(kernel, row.inputs, channels), slope }
    const start = layerStart(address(row.name), initialisation, connections)
    const convolution = new Convolution({ name: row.name, channels, kernel, stride, padding, start })
    x = finish(convolution.apply(x) as tf.SymbolicTensor, row)
    encoder.push(x)
  }
  for (const [up, row] of rows.slice(depth).entries()) {
    const { kernel, stride } = row
    const last = up === depth - 1
    x = tf.layers.reLU({ name: `${row.name}/activation` }).apply(x) as tf.SymbolicTensor
    const connections = transposedConnections(row, row.inputs, row.channels)
    const start = layerStart(
      address(row.name),
      initialisation,
      last ? connections : { ...connections, slope: 0 },
    )
    // A 4x4 stride-2 transposed convolution with padding 1 is `same`: twice the side.
    const deconvolution = tf.layers.conv2dTranspose({
      name: row.name,
      filters: row.channels,
      kernelSize: kernel,
      strides: stride,
      padding: "same",
      ...layerInitialisers(start),
    })
    x = finish(deconvolution.apply(x) as tf.SymbolicTensor, row)
    if (last) break
    if (up < 3 && options.dropout > 0) {
      const { dropout: rate, testDropout: atEvaluate } = options
      const layer = new Dropout({ name: `${row.name}/dropout`, rate, atEvaluate, seed, player: { name } })
      x = layer.apply(x) as tf.SymbolicTensor
    }
    if (options.skips) {
      const join = tf.layers.concatenate({ name: `${row.name}/skip`, axis: -1 })
      x = join.apply([x, encoder[depth - 2 - up]!]) as tf.SymbolicTensor
    }
  }
  x = tf.layers.activation({ name: "tanh", activation: "tanh" }).apply(x) as tf.SymbolicTensor
  return layersPlayer({ name, inputs: { image: input }, outputs: { image: x } })
}
