import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Fields } from "../contracts/field.ts"
import type { Model } from "../contracts/player.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { Dense } from "../layers/dense.ts"
import { type Initialisation, initialisationOption } from "../layers/initialisation.ts"
import {
  type KernelWeights,
  mistakesOfWeights,
  weightedStart,
  weightsOption,
} from "../layers/kernelWeights.ts"
import { type Activation, activations, denseLayers } from "./denseNetwork.ts"
import { fieldText, imageShape } from "./imageShape.ts"
import { layersPlayer, withOtherVariables } from "./layersPlayer.ts"

export interface MlpDiscriminatorOptions {
  /** What it sees: points by default. */
  readonly of: "points" | "images"
  /** Widths of the hidden layers; three of 256 by default. */
  readonly hidden: readonly number[]
  /** What follows each of them; `leakyRelu` by default. */
  readonly activation: Activation
  /** How kernels start; `auto` (the default) is `he`. */
  readonly initialisation: Initialisation | "auto"
  /** What its layers make of their kernels, e.g. `spectral` (Miyato et al. 2018); `plain` where left out. See `KernelWeights`. */
  readonly weights?: KernelWeights
}

const widths = Schema.Array(Schema.Int.check(Schema.isGreaterThan(0)))

export const mlpDiscriminatorPlugin: Plugin<"model", Model> = {
  kind: "model",
  name: "mlpDiscriminator",
  version: 1,
  options: {
    of: Schema.Literals(["points", "images"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("points" as const)),
    ),
    hidden: widths.pipe(Schema.withDecodingDefaultKey(Effect.succeed([256, 256, 256]))),
    activation: Schema.Literals(activations).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("leakyRelu" as const)),
    ),
    initialisation: initialisationOption,
    weights: weightsOption,
  },
  check: mistakesOfWeights,
  build: (options: MlpDiscriminatorOptions): Model => ({
    part: "discriminator",
    takes: { [seenBy(options)]: "always" },
    gives: ["scores", "features"],
    unrolls: (options.weights ?? "plain") === "plain",
    player: (name, { inputs }, seed) => mlpDiscriminatorPlayer(options, name, inputs, seed),
    refuses: ({ inputs }) => refusals(options, inputs),
    shapes: ({ inputs }) => ({
      scores: [1],
      features: [options.hidden.at(-1) ?? inputs[seenBy(options)]!.shape.reduce((size, side) => size * side)],
    }),
  }),
}

/**
 * A multilayer perceptron from `point` `[batch, size]` or `image` `[batch, h, w, c]` to `scores` `[batch, 1]`, logits, and `features` `[batch, size]`, its last
 * hidden layer, float32. No norm: every score depends on its own example alone, as gradient penalties need.
 */
export function mlpDiscriminator(
  options: Partial<Options<MlpDiscriminatorOptions>> = {},
): Use<"model", { readonly part: "discriminator"; readonly conditional: false }> {
  return use(mlpDiscriminatorPlugin, options)
}

const seenBy = ({ of }: MlpDiscriminatorOptions) => (of === "points" ? "point" : "image")

function refusals(options: MlpDiscriminatorOptions, inputs: Fields): readonly string[] {
  const seen = inputs[seenBy(options)]
  const fits = options.of === "points" ? seen!.shape.length === 1 : imageShape(seen) !== undefined
  if (fits && seen!.dtype === "float32") return []
  const wanted = options.of === "points" ? "points [size]" : "images [height, width, channels]"
  return [
    `Expected ${wanted} for the MLP discriminator, but got ${fieldText(seen)}; change the data or its option \`of\`.`,
  ]
}

function mlpDiscriminatorPlayer(
  options: MlpDiscriminatorOptions,
  name: string,
  inputs: Fields,
  seed: number,
) {
  const { hidden, activation, weights = "plain" } = options
  const sees = seenBy(options)
  const initialisation = options.initialisation === "auto" ? "he" : options.initialisation
  const seen = tf.input({ shape: [...inputs[sees]!.shape], name: sees })
  const row = sees === "point" ? seen : (tf.layers.flatten({ name: "row" }).apply(seen) as tf.SymbolicTensor)
  const x = denseLayers(row, hidden, "hidden", { seed, player: name, initialisation, activation, weights })
  const connections = { in: x.shape.at(-1)!, out: 1 }
  const start = weightedStart(
    { seed, player: name, variable: "output" },
    weights,
    initialisation,
    connections,
  )
  const scores = new Dense({ name: "output", channels: 1, ...start }).apply(x) as tf.SymbolicTensor
  const player = layersPlayer({ name, inputs: { [sees]: seen }, outputs: { scores, features: x } })
  return weights === "plain" ? withOtherVariables(player) : player
}
