import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Model, PlayerFields } from "../contracts/player.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { type Initialisation, initialisationOption, layerStart } from "../layers/initialisation.ts"
import { type Activation, activations, denseLayers } from "./denseNetwork.ts"
import { fieldText, imageShape } from "./imageShape.ts"
import { layerInitialisers } from "./layerInitialisers.ts"
import { layersPlayer } from "./layersPlayer.ts"

export interface MlpGeneratorOptions {
  /** What it makes: points by default. */
  readonly of: "points" | "images"
  /** Widths of the hidden layers; three of 256 by default. */
  readonly hidden: readonly number[]
  /** What follows each of them; `relu` by default. */
  readonly activation: Activation
  /** How kernels start; `auto` (the default) is `he`. */
  readonly initialisation: Initialisation | "auto"
}

const widths = Schema.Array(Schema.Int.check(Schema.isGreaterThan(0)))

export const mlpGeneratorPlugin: Plugin<"model", Model> = {
  kind: "model",
  name: "mlpGenerator",
  version: 1,
  options: {
    of: Schema.Literals(["points", "images"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("points" as const)),
    ),
    hidden: widths.pipe(Schema.withDecodingDefaultKey(Effect.succeed([256, 256, 256]))),
    activation: Schema.Literals(activations).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("relu" as const)),
    ),
    initialisation: initialisationOption,
  },
  build: (options: MlpGeneratorOptions): Model => ({
    part: "generator",
    takes: { latent: "always" },
    gives: [madeBy(options)],
    player: (name, fields, seed) => mlpGeneratorPlayer(options, name, fields, seed),
    refuses: (fields) => refusals(options, fields),
    shapes: ({ outputs }) => ({ [madeBy(options)]: outputs![madeBy(options)]!.shape }),
  }),
}

/**
 * A multilayer perceptron from `latent` `[batch, size]` to `point` `[batch, size]`, without a bound, or to `image` `[batch, h, w, c]` in (-1, 1) by
 * tanh; float32. Generators of the first GAN were such (Goodfellow et al. 2014, section 5), and those of points are
 * everywhere.
 */
export function mlpGenerator(
  options: Partial<Options<MlpGeneratorOptions>> = {},
): Use<"model", { readonly part: "generator" }> {
  return use(mlpGeneratorPlugin, options)
}

const madeBy = ({ of }: MlpGeneratorOptions) => (of === "points" ? "point" : "image")

function refusals(
  options: MlpGeneratorOptions,
  { inputs: { latent }, outputs }: PlayerFields,
): readonly string[] {
  const isRow = latent!.shape.length === 1 && latent!.dtype === "float32"
  const made = outputs?.[madeBy(options)]
  const fits = options.of === "points" ? made?.shape.length === 1 : imageShape(made) !== undefined
  const wanted = options.of === "points" ? "points [size]" : "images [height, width, channels]"
  return [
    ...(isRow
      ? []
      : [`Expected latents [size] for the MLP generator, but got ${fieldText(latent)}; draw rows.`]),
    ...(fits
      ? []
      : [
          `Expected ${wanted} to make with the MLP generator, but got ${fieldText(made)}; change the data or its option \`of\`.`,
        ]),
  ]
}

function mlpGeneratorPlayer(
  options: MlpGeneratorOptions,
  name: string,
  { inputs, outputs }: PlayerFields,
  seed: number,
) {
  const { hidden, activation } = options
  const makes = madeBy(options)
  const initialisation = options.initialisation === "auto" ? "he" : options.initialisation
  const targetShape = [...outputs![makes]!.shape]
  const units = targetShape.reduce((size, side) => size * side)
  const start = { seed, player: name, initialisation }
  const latent = tf.input({ shape: [...inputs.latent!.shape], name: "latent" })
  const x = denseLayers(latent, hidden, "hidden", { ...start, activation })
  const connections = { in: x.shape.at(-1)!, out: units }
  const values = layerInitialisers(
    layerStart({ seed, player: name, variable: makes }, initialisation, connections),
  )
  const dense = { name: makes, units, ...values }
  const apply = (layer: tf.layers.Layer, y: tf.SymbolicTensor) => layer.apply(y) as tf.SymbolicTensor
  if (makes === "point") {
    return layersPlayer({ name, inputs: { latent }, outputs: { point: apply(tf.layers.dense(dense), x) } })
  }
  const row = apply(tf.layers.dense({ ...dense, activation: "tanh" }), x)
  const image = apply(tf.layers.reshape({ name: "image/shape", targetShape }), row)
  return layersPlayer({ name, inputs: { latent }, outputs: { image } })
}
