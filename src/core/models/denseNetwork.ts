import * as tf from "@saddlepoint/engine/tf"
import type { OutputName, Player } from "../contracts/player.ts"
import { Dense } from "../layers/dense.ts"
import { Dropout } from "../layers/dropout.ts"
import { type Initialisation, layerStart } from "../layers/initialisation.ts"
import { type KernelWeights, weightedStart } from "../layers/kernelWeights.ts"
import type { VariableAddress } from "../layers/seededInitialiser.ts"
import { layerInitialisers } from "./layerInitialisers.ts"
import { layersPlayer } from "./layersPlayer.ts"

/** What may follow a dense layer; `leakyRelu` has the slope 0.2 below 0 (Radford et al. 2016). */
export const activations = ["relu", "leakyRelu", "tanh"] as const
export type Activation = (typeof activations)[number]

const slopes: Readonly<Record<Activation, { readonly slope?: number }>> = {
  relu: { slope: 0 },
  leakyRelu: { slope: 0.2 },
  tanh: {},
}

/** What a player's dense layers have in common. */
export interface DenseLayers extends Omit<VariableAddress, "variable"> {
  readonly initialisation: Initialisation
  /** Share of each layer's outputs that is dropped while it trains; 0 where left out. */
  readonly dropout?: number
  /** What follows each layer; `relu` where left out. */
  readonly activation?: Activation
  /** What each layer makes of its kernel; `plain` where left out. */
  readonly weights?: KernelWeights
}

/** Dense layers, each followed by an activation, named `<prefix>1`, `<prefix>2`, ... */
export function denseLayers(
  x: tf.SymbolicTensor,
  widths: readonly number[],
  prefix: string,
  { seed, player, initialisation, dropout = 0, activation = "relu", weights = "plain" }: DenseLayers,
): tf.SymbolicTensor {
  return widths.reduce((input, channels, index) => {
    const name = `${prefix}${index + 1}`
    const connections = { in: input.shape.at(-1)!, out: channels, ...slopes[activation] }
    const start = weightedStart({ seed, player, variable: name }, weights, initialisation, connections)
    const linear = new Dense({ name, channels, ...start }).apply(input)
    const named = { name: `${name}/activation` }
    const follows =
      activation === "leakyRelu"
        ? tf.layers.leakyReLU({ ...named, alpha: 0.2 })
        : tf.layers.activation({ ...named, activation })
    const given = follows.apply(linear) as tf.SymbolicTensor
    return dropped(given, `${name}/dropout`, dropout, { seed, player })
  }, x)
}

/** What training drops a share of; itself where that is 0. */
function dropped(
  x: tf.SymbolicTensor,
  name: string,
  rate: number,
  { seed, player }: Pick<DenseLayers, "seed" | "player">,
): tf.SymbolicTensor {
  if (rate === 0) return x
  const layer = new Dropout({ name, rate, atEvaluate: false, seed, player: { name: player } })
  return layer.apply(x) as tf.SymbolicTensor
}

export interface DenseNetworkShape {
  readonly inputs: number
  /** Widths of the layers between, each with ReLU. */
  readonly hidden: readonly number[]
  readonly outputs: number
  /** Share of the inputs that is dropped while it trains; 0 where left out. */
  readonly dropout?: number
  /** Share of the outputs of each layer between that is dropped while it trains; 0 where left out. */
  readonly hiddenDropout?: number
  /** What its outputs are; `scores` where left out. */
  readonly gives?: OutputName
  /** How its kernels start; `he` where left out. */
  readonly initialisation?: Initialisation
}

/**
 * A network of dense layers from `features` `[batch, inputs]` to `[batch, outputs]`, without an activation at its end,
 * float32.
 */
export function denseNetwork(name: string, shape: DenseNetworkShape, seed: number): Player {
  const { inputs, hidden, outputs, dropout = 0, hiddenDropout = 0 } = shape
  const { gives = "scores", initialisation = "he" } = shape
  const input = tf.input({ shape: [inputs], name: "features" })
  const start = { seed, player: name, initialisation, dropout: hiddenDropout }
  const x = denseLayers(dropped(input, "dropout", dropout, start), hidden, "hidden", start)
  // As before a ReLU, which halves nothing here: outputs start with twice the variance.
  const connections = { in: x.shape.at(-1)!, out: outputs, slope: 0 }
  const values = layerInitialisers(
    layerStart({ seed, player: name, variable: "output" }, initialisation, connections),
  )
  const output = tf.layers.dense({ name: "output", units: outputs, ...values }).apply(x)
  return layersPlayer({
    name,
    inputs: { features: input },
    outputs: { [gives]: output as tf.SymbolicTensor },
  })
}
