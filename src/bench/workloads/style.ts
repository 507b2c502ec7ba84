import { type Game, learn } from "@saddlepoint/core/contracts/game"
import type { Player } from "@saddlepoint/core/contracts/player"
import { makeAdam } from "@saddlepoint/core/optimisers/adam"
import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { formulaWeights } from "@saddlepoint/metrics/networks/formulaWeights"
import { parametersOf, tapsOf } from "@saddlepoint/metrics/networks/layers"
import { tensorForward } from "@saddlepoint/metrics/networks/tensorForward"
import { squeezeNet } from "@saddlepoint/metrics/networks/torchvision"
import { uniform } from "./noise.ts"
import { playGame } from "./playGame.ts"
import { benchSeed, type Workload } from "./workload.ts"

const { layers } = squeezeNet
const taps = tapsOf(layers)
/** The tap whose values are kept, of the content image. */
const contentTap = "relu3"

/**
 * Style transfer (Gatys et al. 2016) on a SqueezeNet 1.1 of random weights, which stand still: Gram matrices of its seven taps, and the
 * values of the third, against targets; Adam moves the pixels of one image, rate 0.02.
 * @param side of the images in pixels
 */
export async function styleStep(engine: Engine, side: number): Promise<Workload> {
  const parameters = parametersOf(layers)
  const network = tensorForward(layers, formulaWeights(parameters, benchSeed))
  const seen = (image: tf.Tensor) => network.apply(image as tf.Tensor4D, taps)
  const made = (name: string) => tf.tensor4d(uniform(name, side * side * 3), [1, side, side, 3])
  const targets = tf.tidy(() => {
    const style = seen(made("style"))
    const grams = taps.map((tap) => [tap, gram(style[tap]!)] as const)
    return { content: seen(made("content"))[contentTap]!, ...Object.fromEntries(grams) }
  })
  const pixels = tf.tidy(() => tf.variable(made("start")))
  const picture: Player = {
    variables: { pixels },
    state: {},
    apply: () => ({ image: pixels }),
    dispose: () => pixels.dispose(),
  }
  const game: Game = {
    players: { picture },
    moves: [
      learn({
        name: "picture",
        learns: ["picture"],
        optimiser: makeAdam({ rate: 0.02, beta1: 0.9 }),
        objective({ batch, players }) {
          const found = seen(players.picture!.apply({}, "train").image!)
          const difference = (x: tf.Tensor, y: tf.Tensor) => tf.mean(tf.square(tf.sub(x, y))) as tf.Scalar
          const content = difference(found[contentTap]!, batch.content!)
          const style = tf.addN(taps.map((tap) => difference(gram(found[tap]!), batch[tap]!))) as tf.Scalar
          return { total: tf.add(content, style) as tf.Scalar, terms: { content, style } }
        },
      }),
    ],
  }
  const batch = Object.entries(targets).map(([name, tensor]) => {
    return [name, { values: tensor.dataSync() as Float32Array, shape: tensor.shape }] as const
  })
  const played = playGame(engine, game, Object.fromEntries(batch))
  tf.dispose(targets)
  return {
    ...played,
    parameters: parameters.reduce((sum, { shape }) => sum + tf.util.sizeFromShape([...shape]), 0),
    dispose() {
      played.dispose()
      network.dispose()
    },
  }
}

/** Products of channels with each other, `[channels, channels]`, averaged over positions. */
function gram(x: tf.Tensor): tf.Tensor2D {
  const [, height, width, channels] = x.shape as [number, number, number, number]
  const rows = tf.reshape(x, [height * width, channels]) as tf.Tensor2D
  return tf.div(tf.matMul(rows, rows, true, false), height * width)
}
