import * as tf from "@saddlepoint/engine/tf"
import type { OutputName, Player } from "../contracts/player.ts"
import { Dropout } from "../layers/dropout.ts"
import { heNormal, layerInitialiser } from "../layers/seededInitialiser.ts"
import { layersPlayer } from "./layersPlayer.ts"

/** Dense layers with ReLU, named `<prefix>1`, `<prefix>2`, ... */
export function denseLayers(
  x: tf.SymbolicTensor,
  widths: readonly number[],
  prefix: string,
  player: string,
  seed: number,
): tf.SymbolicTensor {
  return widths.reduce((input, units, index) => {
    const name = `${prefix}${index + 1}`
    const kernel = heNormal({ seed, player, variable: `${name}/kernel` }, input.shape.at(-1)!)
    const kernelInitializer = layerInitialiser(kernel)
    return tf.layers
      .dense({ name, units, activation: "relu", kernelInitializer })
      .apply(input) as tf.SymbolicTensor
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
}

/**
 * A network of dense layers from `features` `[batch, inputs]` to `[batch, outputs]`, without an activation at its end,
 * float32.
 */
export function denseNetwork(name: string, shape: DenseNetworkShape, seed: number): Player {
  const { inputs, hidden, outputs, dropout = 0, gives = "scores" } = shape
  const input = tf.input({ shape: [inputs], name: "features" })
  let x: tf.SymbolicTensor = input
  if (dropout > 0) {
    const config = { name: "dropout", rate: dropout, atEvaluate: false, seed, player: { name } }
    x = new Dropout(config).apply(x) as tf.SymbolicTensor
  }
  x = denseLayers(x, hidden, "hidden", name, seed)
  const kernel = heNormal({ seed, player: name, variable: "output/kernel" }, x.shape.at(-1)!)
  const kernelInitializer = layerInitialiser(kernel)
  x = tf.layers.dense({ name: "output", units: outputs, kernelInitializer }).apply(x) as tf.SymbolicTensor
  return layersPlayer({ name, inputs: { features: input }, outputs: { [gives]: x } })
}
