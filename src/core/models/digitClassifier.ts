import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ClassifierModel } from "../contracts/classifier.ts"
import type { Field } from "../contracts/field.ts"
import type { Player } from "../contracts/player.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { Dropout, dropoutRate } from "../layers/dropout.ts"
import {
  convolutionConnections,
  type Initialisation,
  initialisationOption,
  layerStart,
} from "../layers/initialisation.ts"
import { type Norm, Normalisation } from "../layers/normalisation.ts"
import { seededNormal } from "../layers/seededInitialiser.ts"
import { denseLayers, denseNetwork } from "./denseNetwork.ts"
import { fieldText, imageShape } from "./imageShape.ts"
import { layerInitialisers } from "./layerInitialisers.ts"
import { layersPlayer } from "./layersPlayer.ts"

export interface DigitClassifierOptions {
  /** Channels of the 5x5 convolutions, each followed by ReLU and a 2x2 max pool. */
  readonly convolutions: readonly number[]
  /** Widths of the dense layers, with ReLU, that belong to the features. */
  readonly features: readonly number[]
  /** Widths of the dense layers, with ReLU, between features and logits. */
  readonly head: readonly number[]
  /** Normalisation after each convolution. */
  readonly norm: Extract<Norm, "none" | "batch">
  /** Share of features that are dropped while the head trains. */
  readonly dropout: number
  /** Share of the last convolution's channels that are dropped, each as a whole, while the features train. */
  readonly channelDropout: number
  /** How kernels start; `auto` (the default) is `he`, with or without norm. */
  readonly initialisation: Initialisation | "auto"
}

const widths = Schema.Array(Schema.Int.check(Schema.isGreaterThan(0)))
const defaults: DigitClassifierOptions = {
  convolutions: [20, 50],
  features: [500],
  head: [],
  norm: "none",
  dropout: 0,
  channelDropout: 0,
  initialisation: "auto",
}

export const digitClassifierPlugin: Plugin<"model", ClassifierModel> = {
  kind: "model",
  name: "digitClassifier",
  version: 1,
  options: {
    convolutions: widths.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.convolutions))),
    features: widths.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.features))),
    head: widths.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.head))),
    norm: Schema.Literals(["none", "batch"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.norm)),
    ),
    dropout: dropoutRate.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.dropout))),
    channelDropout: dropoutRate.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.channelDropout))),
    initialisation: initialisationOption,
  },
  build: makeDigitClassifier,
}

/** Builds the model behind `lenet` and `dannNet`, for other plug-ins. */
export function makeDigitClassifier(chosen: Partial<DigitClassifierOptions> = {}): ClassifierModel {
  const options = { ...defaults, ...chosen }
  return {
    part: "classifier",
    takes: { image: "always" },
    gives: ["features"],
    batchStatistics: options.norm === "batch",
    player: (name, { inputs }, seed) => features(options, name, inputs.image!, seed),
    features: (name, image, seed) => features(options, name, image, seed),
    size: (image) => sizeOf(options, image),
    head: (name, image, classes, seed) => {
      const { head: hidden, dropout } = options
      const initialisation = startOf(options)
      const shape = { inputs: sizeOf(options, image), hidden, outputs: classes, dropout, initialisation }
      return denseNetwork(name, { ...shape, gives: "classLogits" }, seed)
    },
    refuses: ({ inputs }) => refusals(options, inputs.image),
    shapes: ({ inputs }) => ({ features: [sizeOf(options, inputs.image!)] }),
  }
}

type Chosen = Partial<
  Options<Pick<DigitClassifierOptions, "norm" | "dropout" | "channelDropout" | "initialisation">>
>
type ClassifierUse = Use<"model", { readonly part: "classifier" }>

/**
 * The LeNet of ADDA and CyCADA (Tzeng et al. 2017; Hoffman et al. 2018): 5x5 convolutions of 20 and 50 channels without
 * padding, 500 features. CyCADA's has both dropouts at 0.5; neither is there by default.
 */
export function lenet(options: Chosen = {}): ClassifierUse {
  return whole(options)
}

/** The digit network of DANN (Ganin et al. 2016, figure 4a): 32 and 48 channels, then two layers of 100. */
export function dannNet(options: Chosen = {}): ClassifierUse {
  return whole({ convolutions: [32, 48], features: [], head: [100, 100], ...options })
}

/** Every option written out: both networks are one plug-in, so that in a profile a new one would keep what the old one had. */
function whole(options: Partial<Options<DigitClassifierOptions>>): ClassifierUse {
  return use(digitClassifierPlugin, { ...defaults, ...options })
}

const kernelSide = 5

const startOf = ({ initialisation }: DigitClassifierOptions): Initialisation =>
  initialisation === "auto" ? "he" : initialisation

function refusals({ convolutions }: DigitClassifierOptions, field: Field | undefined): readonly string[] {
  const image = imageShape(field)
  if (image !== undefined && sideAfter(convolutions.length, Math.min(image[0], image[1])) >= 1) return []
  return [
    `Expected images [height, width, channels] large enough for ${convolutions.length} 5x5 convolutions with pools, but got ` +
      `${fieldText(field)}; use larger images or fewer convolutions.`,
  ]
}

function sideAfter(convolutions: number, side: number): number {
  for (let i = 0; i < convolutions; i++) side = Math.floor((side - kernelSide + 1) / 2)
  return side
}

function sizeOf({ convolutions, features: dense }: DigitClassifierOptions, { shape }: Field): number {
  const [height, width, channels] = shape as readonly [number, number, number]
  const { length } = convolutions
  const flat = sideAfter(length, height) * sideAfter(length, width) * (convolutions.at(-1) ?? channels)
  return dense.at(-1) ?? flat
}

function features(options: DigitClassifierOptions, name: string, image: Field, seed: number): Player {
  const { convolutions, features: dense, norm, channelDropout } = options
  const initialisation = startOf(options)
  const input = tf.input({ shape: [...image.shape], name: "image" })
  let x = input
  for (const [index, filters] of convolutions.entries()) {
    const layer = `conv${index + 1}`
    const connections = { ...convolutionConnections(kernelSide, x.shape.at(-1)!, filters), slope: 0 }
    const start = layerStart({ seed, player: name, variable: layer }, initialisation, connections)
    x = tf.layers
      .conv2d({ name: layer, filters, kernelSize: kernelSide, padding: "valid", ...layerInitialisers(start) })
      .apply(x) as tf.SymbolicTensor
    if (norm === "batch") {
      const initialiser = seededNormal({ seed, player: name, variable: `${layer}/norm/gamma` }, 1, 0)
      x = new Normalisation({ name: `${layer}/norm`, norm, statistics: "moving", initialiser }).apply(
        x,
      ) as tf.SymbolicTensor
    }
    if (channelDropout > 0 && index === convolutions.length - 1) {
      const config = {
        name: `${layer}/dropout`,
        rate: channelDropout,
        atEvaluate: false,
        wholeChannels: true,
      }
      x = new Dropout({ ...config, seed, player: { name } }).apply(x) as tf.SymbolicTensor
    }
    x = tf.layers.reLU({ name: `${layer}/relu` }).apply(x) as tf.SymbolicTensor
    x = tf.layers
      .maxPooling2d({ name: `${layer}/pool`, poolSize: 2, strides: 2 })
      .apply(x) as tf.SymbolicTensor
  }
  x = tf.layers.flatten({ name: "flat" }).apply(x) as tf.SymbolicTensor
  x = denseLayers(x, dense, "feature", { seed, player: name, initialisation })
  return layersPlayer({ name, inputs: { image: input }, outputs: { features: x } })
}
