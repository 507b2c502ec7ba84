import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Model, PlayerFields } from "../contracts/player.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { ClassEmbedding } from "../layers/classEmbedding.ts"
import { ConditionalNormalisation } from "../layers/conditionalNormalisation.ts"
import {
  type Connections,
  convolutionalStart,
  type Initialisation,
  initialisationOption,
  layerStart,
  transposedConnections,
} from "../layers/initialisation.ts"
import { type Norm, Normalisation, type Statistics } from "../layers/normalisation.ts"
import { seededNormal } from "../layers/seededInitialiser.ts"
import { dcganChannels, dcganPyramid, dcganRefusals, labelRefusals } from "./dcganPyramid.ts"
import { fieldText, imageShape } from "./imageShape.ts"
import { layerInitialisers } from "./layerInitialisers.ts"
import { type LayersPlayer, layersPlayer } from "./layersPlayer.ts"

export interface DcganGeneratorOptions {
  /** Channels of the outermost map, twice as many at each level further in; 64 by default, as in the reference. */
  readonly width: number
  /** `batch` by default, as in the paper. */
  readonly norm: Extract<Norm, "none" | "batch">
  /** Whose statistics batch normalisation uses at test time; `moving` by default, so that an image depends on its latent only. */
  readonly statistics: Statistics
  /**
   * How it is told a class: `concatenation` (the default), by a learned vector that is joined to the latent, or `norm`, by a gamma and a beta
   * of its own for each class in every batch norm; without norm it is joined as well. Without labels it does nothing.
   */
  readonly condition: "norm" | "concatenation"
  /** Length of the vector that stands for a class beside the latent; 50 by default. */
  readonly embedding: number
  /** How kernels start; `auto` (the default) is N(0, 0.02) as in the paper with batch norm, `he` without norm. */
  readonly initialisation: Initialisation | "auto"
}

const defaults: DcganGeneratorOptions = {
  width: 64,
  norm: "batch",
  statistics: "moving",
  condition: "concatenation",
  embedding: 50,
  initialisation: "auto",
}

const positive = Schema.Int.check(Schema.isGreaterThan(0))

export const dcganGeneratorPlugin: Plugin<"model", Model> = {
  kind: "model",
  name: "dcganGenerator",
  version: 3,
  options: {
    width: positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.width))),
    norm: Schema.Literals(["none", "batch"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.norm)),
    ),
    statistics: Schema.Literals(["batch", "moving"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.statistics)),
    ),
    condition: Schema.Literals(["norm", "concatenation"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.condition)),
    ),
    embedding: positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.embedding))),
    initialisation: initialisationOption,
  },
  build: makeDcganGenerator,
}

/**
 * The generator of DCGAN (Radford et al. 2016, section 3 and figure 1; layers as in the authors' Torch code): from `latent`
 * `[batch, size]` to `image` `[batch, h, w, c]` in (-1, 1), float32; the fields say the sizes, sides are 4 to 7 times a power
 * of two.
 *
 * The latent is projected to the innermost map (4x4 for 32 and 64 pixels, 7x7 for 28), then 4x4 transposed convolutions of
 * stride 2 double the sides, norm and ReLU after all but the last, which ends in tanh. The norms' scales are drawn from
 * N(1, 0.02). Layers have biases only where no norm follows.
 *
 * With `label`, int32 `[batch]`, a learned vector of the class is joined to the latent, of length 1 at first, as is the one-hot class that Mirza and
 * Osindero (2014) join: a vector as long as the latent drowns it, and every class ends as one image. Or the batch norms have a gamma and a beta for each
 * class (Miyato and Koyama 2018, section 4).
 */
export function dcganGenerator(
  options: Partial<Options<DcganGeneratorOptions>> = {},
): Use<"model", { readonly part: "generator" }> {
  return use(dcganGeneratorPlugin, options)
}

/** Builds the model behind `dcganGenerator`, for other plug-ins. */
export function makeDcganGenerator(chosen: Partial<DcganGeneratorOptions> = {}): Model {
  const options = { ...defaults, ...chosen }
  return {
    part: "generator",
    takes: { latent: "always", label: "optionally" },
    gives: ["image"],
    player: (name, fields, seed) => dcganGeneratorPlayer(options, name, fields, seed),
    refuses,
    shapes: ({ outputs }) => ({ image: outputs!.image!.shape }),
  }
}

function refuses({ inputs, outputs }: PlayerFields): readonly string[] {
  const { latent, label } = inputs
  const reasons = [...dcganRefusals(outputs?.image), ...labelRefusals(label)]
  if (latent?.shape.length === 1 && latent.dtype === "float32") return reasons
  return [
    ...reasons,
    `Expected latents [size] for the DCGAN, but got ${fieldText(latent)}; give it one row of numbers per image.`,
  ]
}

function dcganGeneratorPlayer(
  { width, norm, statistics, condition, embedding, initialisation: chosen }: DcganGeneratorOptions,
  name: string,
  { inputs, outputs }: PlayerFields,
  seed: number,
): LayersPlayer {
  const [imageHeight, imageWidth, imageChannels] = imageShape(outputs?.image)!
  const innermost = dcganPyramid(imageHeight, imageWidth)!
  const channels = dcganChannels(width, innermost.levels).toReversed()
  const useBias = norm === "none"
  const initialisation = convolutionalStart(chosen, norm)
  const started = (layer: string, connections: Connections) =>
    layerInitialisers(layerStart({ seed, player: name, variable: layer }, initialisation, connections))
  const apply = (layer: tf.layers.Layer, x: tf.SymbolicTensor) => layer.apply(x) as tf.SymbolicTensor
  const rectified = (x: tf.SymbolicTensor, layer: string): tf.SymbolicTensor => {
    const scale = seededNormal({ seed, player: name, variable: `${layer}/norm/gamma` }, 1)
    const activation = tf.layers.reLU({ name: `${layer}/activation` })
    if (norm === "none") return apply(activation, x)
    const config = { name: `${layer}/norm`, norm, statistics, initialiser: scale }
    if (!byNorm) return apply(activation, apply(new Normalisation(config), x))
    const normed = new ConditionalNormalisation({ ...config, classes: classes! })
    return apply(activation, normed.apply([x, ends.label!]) as tf.SymbolicTensor)
  }

  const latent = tf.input({ shape: [...inputs.latent!.shape], name: "latent" })
  const ends: Record<string, tf.SymbolicTensor> = { latent }
  const classes = inputs.label?.classes
  const byNorm = classes !== undefined && condition === "norm" && norm === "batch"
  if (classes !== undefined) ends.label = tf.input({ shape: [], name: "label", dtype: "int32" })
  let x = latent
  if (classes !== undefined && !byNorm) {
    const start = 1 / Math.sqrt(embedding)
    const initialiser = seededNormal({ seed, player: name, variable: "class/embedding" }, 0, start)
    const vectors = new ClassEmbedding({ name: "class", classes, size: embedding, initialiser })
    const join = tf.layers.concatenate({ name: "condition", axis: -1 })
    x = join.apply([latent, apply(vectors, ends.label!)]) as tf.SymbolicTensor
  }
  const map = [innermost.height, innermost.width, channels[0]!]
  const units = map.reduce((product, side) => product * side, 1)
  const projected = started("project", { in: x.shape.at(-1)!, out: units, slope: 0 })
  x = apply(tf.layers.dense({ name: "project", units, useBias, ...projected }), x)
  x = rectified(apply(tf.layers.reshape({ name: "map", targetShape: map }), x), "project")
  for (let level = 1; level <= innermost.levels; level++) {
    const layer = `up${level}`
    const last = level === innermost.levels
    // `same` is PyTorch's padding of 1 here.
    const config = { kernelSize: 4, strides: 2, padding: "same" as const }
    const filters = last ? imageChannels : channels[level]!
    const connections = transposedConnections({ kernel: 4, stride: 2 }, channels[level - 1]!, filters)
    const convolution = tf.layers.conv2dTranspose({
      ...config,
      name: layer,
      filters,
      useBias: useBias || last,
      ...started(layer, last ? connections : { ...connections, slope: 0 }),
    })
    x = apply(convolution, x)
    if (!last) x = rectified(x, layer)
  }
  x = apply(tf.layers.activation({ name: "tanh", activation: "tanh" }), x)
  return layersPlayer({ name, inputs: ends, outputs: { image: x } })
}
