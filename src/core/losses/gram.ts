import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { PlainTensor } from "../contracts/loss.ts"
import { loss } from "./define.ts"

/** How many times the mean squared difference of Gram matrices over positions each convention is, from the channels. */
const factors = {
  johnson: () => 1,
  gatys: () => 1 / 4,
  tutorial: (channels: number) => 1 / channels ** 2,
} as const

/**
 * The style of feature maps: squared differences of their Gram matrices `G_ij = sum over positions of F_i F_j`, which forget where anything is.
 * Mean over the layers (the weights 1/5 of Gatys et al. 2016). With C channels and M positions, option `normalisation`:
 * - `johnson`: `sum (G/(C M) - A/(C M))^2` (Johnson et al. 2016, equation 4), which is the mean of `(G/M - A/M)^2` over channels, as
 *   in Gatys' PyTorch code. The default.
 * - `gatys`: `sum (G - A)^2 / (4 C^2 M^2)` (Gatys et al. 2016, equation 4), a quarter of it.
 * - `tutorial`: the mean of `(G/(C M) - A/(C M))^2` over channels, as in neural-style and PyTorch's tutorial: 1/C^2 of it, so that deep layers count
 *   less.
 *
 * Output and target may have different sides, as each Gram matrix is divided by its own M.
 */
export const gram = loss("features", {
  name: "gram",
  version: 1,
  options: {
    normalisation: Schema.Literals(["johnson", "gatys", "tutorial"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("johnson" as const)),
    ),
  },
  learner({ output, target }, { normalisation }) {
    const layers = output.map((layer, at) => {
      const squares = tf.square(tf.sub(gramOverPositions(layer), gramOverPositions(target[at]!)))
      return tf.mul(tf.mean(squares, [1, 2]), factors[normalisation](layer.shape.at(-1)!))
    })
    return tf.div(tf.addN(layers), layers.length)
  },
  laws: ({ normalisation }) => ({
    atTarget: 0,
    smoothAtTarget: true,
    maps: true,
    definition: (output, target) =>
      output.reduce((sum, layer, at) => {
        const channels = layer.shape.at(-1)!
        const aims = plainGram(target[at]!)
        const squares = plainGram(layer).map((value, place) => (value - aims[place]!) ** 2)
        const whole = squares.reduce((total, square) => total + square, 0)
        return sum + (whole / channels ** 2) * factors[normalisation](channels)
      }, 0) / output.length,
    declines: {
      towardsTarget:
        "Features of the opposite sign have the same Gram matrix, so the way between them rises.",
    },
  }),
  examples: [{ normalisation: "johnson" }, { normalisation: "gatys" }, { normalisation: "tutorial" }],
})

/** `G / M` of each example, `[batch, channels, channels]`. */
function gramOverPositions(maps: tf.Tensor): tf.Tensor {
  const [batch, height, width, channels] = maps.shape as [number, number, number, number]
  const rows = tf.reshape(maps, [batch, height * width, channels]) as tf.Tensor3D
  return tf.div(tf.matMul(rows, rows, true, false), height * width)
}

/** `G / M` of one example, pair by pair. */
function plainGram({ shape, values }: PlainTensor): number[] {
  const channels = shape.at(-1)!
  const positions = values.length / channels
  const products = (i: number, j: number) =>
    Array.from({ length: positions }, (_, at) => values[at * channels + i]! * values[at * channels + j]!)
  return Array.from({ length: channels ** 2 }, (_, at) => {
    const [i, j] = [Math.floor(at / channels), at % channels]
    return products(i, j).reduce((sum, product) => sum + product, 0) / positions
  })
}
