import * as tf from "@saddlepoint/engine/tf"
import { Dropout } from "../layers/dropout.ts"
import { type LayerInitialiser, seededNormal } from "../layers/seededInitialiser.ts"
import type { Player } from "../contracts/player.ts"
import { layersPlayer } from "./layersPlayer.ts"

/** Where a variable's initial values come from, and how many inputs each of its outputs sums up. */
interface KernelAddress {
  readonly seed: number
  readonly player: string
  readonly layer: string
  readonly inputs: number
}

/** Normal initial values of variance `2 / inputs`, for layers before ReLU (He et al. 2015, equation 10). */
export function heNormal({ seed, player, layer, inputs }: KernelAddress): LayerInitialiser {
  const address = { seed, player, variable: `${layer}/kernel` }
  return seededNormal(address, 0, Math.sqrt(2 / inputs)) as unknown as LayerInitialiser
}

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
    const kernelInitializer = heNormal({ seed, player, layer: name, inputs: input.shape.at(-1)! })
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
}

/** A network of dense layers from `[batch, inputs]` to `[batch, outputs]`, without an activation at its end. */
export function denseNetwork(name: string, shape: DenseNetworkShape, seed: number): Player {
  const { inputs, hidden, outputs, dropout = 0 } = shape
  const input = tf.input({ shape: [inputs], name: "features" })
  let x: tf.SymbolicTensor = input
  if (dropout > 0) {
    const config = { name: "dropout", rate: dropout, atEvaluate: false, seed, player: { name } }
    x = new Dropout(config).apply(x) as tf.SymbolicTensor
  }
  x = denseLayers(x, hidden, "hidden", name, seed)
  const kernelInitializer = heNormal({ seed, player: name, layer: "output", inputs: x.shape.at(-1)! })
  x = tf.layers.dense({ name: "output", units: outputs, kernelInitializer }).apply(x) as tf.SymbolicTensor
  return layersPlayer(tf.model({ name, inputs: input, outputs: x }))
}
