import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Model, PlayerFields } from "../contracts/player.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { Convolution } from "../layers/convolution.ts"
import { DoublingConvolution } from "../layers/doublingConvolution.ts"
import {
  convolutionalStart,
  convolutionConnections,
  type Initialisation,
  initialisationOption,
  layerStart,
  transposedConnections,
} from "../layers/initialisation.ts"
import { Normalisation } from "../layers/normalisation.ts"
import { ReflectionPadding } from "../layers/reflectionPadding.ts"
import { seededNormal } from "../layers/seededInitialiser.ts"
import type { ConvolutionRow } from "./convolutionTable.ts"
import { fieldText, imageShape } from "./imageShape.ts"
import { type LayersPlayer, layersPlayer } from "./layersPlayer.ts"

/** Residual blocks that the reference comes with (6 for 128 pixels, 9 from 256 on), and 3 for small images. */
export const residualBlocks = [3, 6, 9] as const

export interface ResnetGeneratorOptions {
  /** 9 by default, as in the reference for 256 pixels. */
  readonly blocks: (typeof residualBlocks)[number]
  /** Channels of the outermost level; the blocks have four times as many. 64 by default, as in the reference. */
  readonly width: number
  /** Channels of the output; as many as the input has by default. */
  readonly channels: number | "same"
  /** How kernels start; `auto` (the default) is N(0, 0.02), as in the reference. */
  readonly initialisation: Initialisation | "auto"
}

const defaults: ResnetGeneratorOptions = {
  blocks: 9,
  width: 64,
  channels: "same",
  initialisation: "auto",
}

const positive = Schema.Int.check(Schema.isGreaterThan(0))

export const resnetGeneratorPlugin: Plugin<"model", Model> = {
  kind: "model",
  name: "resnetGenerator",
  version: 1,
  options: {
    blocks: Schema.Literals(residualBlocks).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.blocks)),
    ),
    width: positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.width))),
    channels: Schema.Union([positive, Schema.Literal("same")]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.channels)),
    ),
    initialisation: initialisationOption,
  },
  build: makeResnetGenerator,
}

/**
 * The residual generator of CycleGAN (Zhu et al. 2017, appendix 7.2; layer order as in the authors' Torch code, after
 * Johnson et al. 2016): from `[batch, h, w, in]` to `[batch, h, w, channels]` in (-1, 1), float32; 4 divides the sides.
 *
 * A 7x7 convolution, two 3x3 convolutions of stride 2 that double the channels, residual blocks of two 3x3 convolutions each
 * (no ReLU after the addition), two 3x3 transposed convolutions of stride 2, a 7x7 convolution and tanh. The 7x7
 * convolutions and those of the blocks pad by reflection, the others by zeros. Affine instance norm and ReLU follow all
 * but the last; scales are drawn from N(1, 0.02).
 */
export function resnetGenerator(
  options: Partial<Options<ResnetGeneratorOptions>> = {},
): Use<"model", { readonly part: "generator" }> {
  return use(resnetGeneratorPlugin, options)
}

/** The layer table, from image to image. `padding` is what the convolution adds itself: 0 where a reflection comes before. */
export function resnetGeneratorTable(
  { blocks, width }: Pick<ResnetGeneratorOptions, "blocks" | "width">,
  inputs: number,
  outputs: number,
): ConvolutionRow[] {
  const inner = 4 * width
  const row = (
    name: string,
    [kernel, stride, padding]: readonly [number, number, number],
    [from, channels]: readonly [number, number],
    normalised = true,
  ): ConvolutionRow => ({ name, kernel, stride, padding, inputs: from, channels, normalised })
  return [
    row("first", [7, 1, 0], [inputs, width]),
    row("down1", [3, 2, 1], [width, 2 * width]),
    row("down2", [3, 2, 1], [2 * width, inner]),
    ...Array.from({ length: blocks }, (_, block) =>
      ["a", "b"].map((part) => row(`block${block + 1}${part}`, [3, 1, 0], [inner, inner])),
    ).flat(),
    row("up1", [3, 2, 1], [inner, 2 * width]),
    row("up2", [3, 2, 1], [2 * width, width]),
    row("last", [7, 1, 0], [width, outputs], false),
  ]
}

/** Builds the model behind `resnetGenerator`, for other plug-ins. */
export function makeResnetGenerator(chosen: Partial<ResnetGeneratorOptions> = {}): Model {
  const options = { ...defaults, ...chosen }
  return {
    part: "generator",
    takes: { image: "always" },
    gives: ["image"],
    player: (name, { inputs }, seed) => resnetGeneratorPlayer(options, name, inputs.image!.shape, seed),
    refuses,
    shapes({ inputs }) {
      const [height, width, channels] = imageShape(inputs.image)!
      return { image: [height, width, options.channels === "same" ? channels : options.channels] }
    },
  }
}

function refuses({ inputs }: PlayerFields): readonly string[] {
  const image = imageShape(inputs.image)
  if (image === undefined) {
    return [
      `Expected images [height, width, channels] for the residual generator, but got ${fieldText(inputs.image)}; ` +
        "choose another dataset or model.",
    ]
  }
  const [height, width] = image
  if (height % 4 === 0 && width % 4 === 0 && Math.min(height, width) >= 8) return []
  return [
    `Expected sides of at least 8 pixels that 4 divides for the residual generator, but got an image of ` +
      `${height}x${width}; change the image size.`,
  ]
}

function resnetGeneratorPlayer(
  options: ResnetGeneratorOptions,
  name: string,
  image: readonly number[],
  seed: number,
): LayersPlayer {
  const channels = image[2]!
  const outputs = options.channels === "same" ? channels : options.channels
  const rows = new Map(
    resnetGeneratorTable(options, channels, outputs).map((row) => [row.name, row] as const),
  )
  const initialisation = convolutionalStart(options.initialisation, "instance")
  const address = (variable: string) => ({ seed, player: name, variable })
  const apply = (layer: tf.layers.Layer, x: tf.SymbolicTensor) => layer.apply(x) as tf.SymbolicTensor
  const activated = (x: tf.SymbolicTensor, layer: string) =>
    apply(tf.layers.reLU({ name: `${layer}/activation` }), x)

  /** Reflection where the row pads nothing itself, then the convolution and its norm. */
  const convolved = (x: tf.SymbolicTensor, layer: string): tf.SymbolicTensor => {
    const { kernel, stride, padding, inputs, channels: filters, normalised } = rows.get(layer)!
    const reflection = (kernel - 1) / 2 - padding
    const padded =
      reflection === 0 ? x : apply(new ReflectionPadding({ name: `${layer}/pad`, padding: reflection }), x)
    const enlarges = layer.startsWith("up")
    const connections = enlarges
      ? transposedConnections({ kernel, stride }, inputs, filters)
      : convolutionConnections(kernel, inputs, filters)
    // Nothing rectifies what is added to a block's input, nor the image.
    const rectified = normalised && !/^block.*b$/.test(layer)
    const start = layerStart(
      address(layer),
      initialisation,
      rectified ? { ...connections, slope: 0 } : connections,
    )
    const convolution = enlarges
      ? new DoublingConvolution({ name: layer, channels: filters, start })
      : new Convolution({ name: layer, channels: filters, kernel, stride, padding, start })
    const y = apply(convolution, padded)
    if (!normalised) return y
    const scale = seededNormal(address(`${layer}/norm/gamma`), 1)
    return apply(
      new Normalisation({
        name: `${layer}/norm`,
        norm: "instance",
        statistics: "batch",
        initialiser: scale,
      }),
      y,
    )
  }

  const input = tf.input({ shape: [...image], name: "image" })
  let x = input
  for (const layer of ["first", "down1", "down2"]) x = activated(convolved(x, layer), layer)
  for (let block = 1; block <= options.blocks; block++) {
    const [a, b] = [`block${block}a`, `block${block}b`]
    const change = convolved(activated(convolved(x, a), a), b)
    x = tf.layers.add({ name: `block${block}/sum` }).apply([x, change]) as tf.SymbolicTensor
  }
  for (const layer of ["up1", "up2"]) x = activated(convolved(x, layer), layer)
  x = apply(tf.layers.activation({ name: "tanh", activation: "tanh" }), convolved(x, "last"))
  return layersPlayer({ name, inputs: { image: input }, outputs: { image: x } })
}
