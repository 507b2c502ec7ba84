import * as tf from "@saddlepoint/engine/tf"
import type { OutputName, Player } from "../contracts/player.ts"
import { Dropout } from "../layers/dropout.ts"
import { type Initialisation, layerStart } from "../layers/initialisation.ts"
import type { VariableAddress } from "../layers/seededInitialiser.ts"
import { layerInitialisers } from "./layerInitialisers.ts"
import { layersPlayer } from "./layersPlayer.ts"

/** Where a player's dense layers start. */
export interface DenseStart extends Omit<VariableAddress, "variable"> {
  readonly initialisation: Initialisation
}

/** Dense layers with ReLU, named `<prefix>1`, `<prefix>2`, ... */
export function denseLayers(
  x: tf.SymbolicTensor,
  widths: readonly number[],
  prefix: string,
  { seed, player, initialisation }: DenseStart,
): tf.SymbolicTensor {
  return widths.reduce((input, units, index) => {
    const name = `${prefix}${index + 1}`
    const connections = { in: input.shape.at(-1)!, out: units, slope: 0 }
    const values = layerInitialisers(
      layerStart({ seed, player, variable: name }, initialisation, connections),
    )
    return tf.layers.dense({ name, units, activation: "relu", ...values }).apply(input) as tf.SymbolicTensor
  }, x)
}

export interface DenseNetworkShape {
  readonly inputs: number
  /** Widths of the layers between, each with ReLU. */
  readonly hidden: readonly number[]
  readonly outputs: number
  /** Share of the inputs that is dropped while it trains; 0 where left out. */
  readonly dropout?: number
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
  const { inputs, hidden, outputs, dropout = 0, gives = "scores", initialisation = "he" } = shape
  const input = tf.input({ shape: [inputs], name: "features" })
  let x: tf.SymbolicTensor = input
  if (dropout > 0) {
    const config = { name: "dropout", rate: dropout, atEvaluate: false, seed, player: { name } }
    x = new Dropout(config).apply(x) as tf.SymbolicTensor
  }
  x = denseLayers(x, hidden, "hidden", { seed, player: name, initialisation })
  // As before a ReLU, which halves nothing here: outputs start with twice the variance.
  const connections = { in: x.shape.at(-1)!, out: outputs, slope: 0 }
  const values = layerInitialisers(
    layerStart({ seed, player: name, variable: "output" }, initialisation, connections),
  )
  x = tf.layers.dense({ name: "output", units: outputs, ...values }).apply(x) as tf.SymbolicTensor
  return layersPlayer({ name, inputs: { features: input }, outputs: { [gives]: x } })
}
