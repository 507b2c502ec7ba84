import * as tf from "../tf.ts"
import { type Game, uniformBatch, Weights } from "./game.ts"

const batch = 4
const width = 8
const noiseSize = 100
const momentum = 0.9

type Tensor4 = tf.Tensor4D

/**
 * DCGAN (Radford, Metz and Chintala 2016) for 16x16 RGB images, width 8, batch 4: binary cross-entropy, Adam, batch
 * norm with moving statistics. A step is the discriminator's move on real and generated images, then the generator's.
 */
export function tinyDcgan(): Game {
  const weights = new Weights("dcgan")
  const filter = (name: string, shape: number[]) => weights.normal(name, shape, 0.02)
  const generator = [
    filter("g1", [4, 4, 2 * width, noiseSize]),
    filter("g2", [4, 4, width, 2 * width]),
    filter("g3", [4, 4, 3, width]),
  ]
  const discriminator = [
    filter("d1", [4, 4, 3, width]),
    filter("d2", [4, 4, width, 2 * width]),
    filter("d3", [4, 4, 2 * width, 1]),
  ]
  const norms = [2 * width, width].map((channels) => batchNorm(weights, channels))
  const judgeNorm = batchNorm(weights, 2 * width)
  const generatorLearns = [...generator, ...norms.flatMap(({ learns }) => learns)]
  const discriminatorLearns = [...discriminator, ...judgeNorm.learns]

  const generate = (noise: Tensor4): Tensor4 => {
    const [g1, g2, g3] = generator as unknown as [Tensor4, Tensor4, Tensor4]
    const first = tf.conv2dTranspose(noise, g1, [batch, 4, 4, 2 * width], 1, "valid")
    const second = tf.conv2dTranspose(relu(norms[0]!, first), g2, [batch, 8, 8, width], 2, "same")
    return tf.tanh(tf.conv2dTranspose(relu(norms[1]!, second), g3, [batch, 16, 16, 3], 2, "same"))
  }
  const judge = (images: Tensor4): tf.Tensor => {
    const [d1, d2, d3] = discriminator as unknown as [Tensor4, Tensor4, Tensor4]
    const first = tf.leakyRelu(tf.conv2d(images, d1, 2, "same"), 0.2)
    const second = tf.leakyRelu(judgeNorm.apply(tf.conv2d(first, d2, 2, "same")), 0.2)
    return tf.conv2d(second, d3, 1, "valid")
  }
  const real = (scores: tf.Tensor) => tf.mean(tf.softplus(tf.neg(scores)))
  const fake = (scores: tf.Tensor) => tf.mean(tf.softplus(scores))

  return {
    variables: weights.variables,
    feeds: (step) => ({ images: uniformBatch("images", step, [batch, 16, 16, 3]) }),
    body({ images }, context) {
      const noise = context.random("noise", [batch, 1, 1, noiseSize], { kind: "normal" }) as Tensor4
      const discriminating = weights.descend(
        discriminatorLearns,
        () => tf.add(real(judge(images as Tensor4)), fake(judge(generate(noise)))),
        context,
      )
      const generating = weights.descend(generatorLearns, () => real(judge(generate(noise))), context)
      return { discriminator: discriminating, generator: generating }
    },
  }
}

const relu = (norm: ReturnType<typeof batchNorm>, x: Tensor4): Tensor4 => tf.relu(norm.apply(x))

/** Batch norm over images and positions (Ioffe and Szegedy 2015), epsilon 1e-5, with moving statistics. */
function batchNorm(weights: Weights, channels: number) {
  const scale = weights.constant(1, [channels])
  const offset = weights.constant(0, [channels])
  const movingMean = weights.constant(0, [channels])
  const movingVariance = weights.constant(1, [channels])
  return {
    learns: [scale, offset],
    apply(x: Tensor4): Tensor4 {
      const { mean, variance } = tf.moments(x, [0, 1, 2])
      movingMean.assign(tf.add(tf.mul(movingMean, momentum), tf.mul(mean, 1 - momentum)))
      movingVariance.assign(tf.add(tf.mul(movingVariance, momentum), tf.mul(variance, 1 - momentum)))
      return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale, 1e-5) as Tensor4
    },
  }
}
