import * as tf from "../../tf.ts"
import { relu } from "../networks/activation.ts"
import { adam } from "../networks/adam.ts"
import { convolution } from "../networks/convolution.ts"
import { type Layer, sequence } from "../networks/layer.ts"
import { linear } from "../networks/linear.ts"
import { Parameters } from "../networks/parameters.ts"
import { uniformImages, type Workload } from "./workload.ts"

export interface DannOptions {
  /** Side of the images in pixels, a multiple of 4. */
  readonly side: number
  /** Images, the first half of them with labels. */
  readonly batch: number
  /** Channels of the two convolutions. */
  readonly channels: readonly [number, number]
  /** Units of each head's hidden layer. */
  readonly hidden: number
}

const classes = 10
const reversal = 0.5

/**
 * DANN (Ganin et al. 2016): two 5x5 convolutions with max-pooling, a label head on the first half of the batch and,
 * behind a gradient reversal of 0.5, a domain head on all of it. One Adam, rate 1e-3.
 */
export function dann({ side, batch, channels: [narrow, wide], hidden }: DannOptions): Workload {
  const p = new Parameters("dann")
  const initial = (inputs: number) => ({
    kernel: 5,
    padding: 2,
    bias: true,
    deviation: 1 / Math.sqrt(75 * inputs),
  })
  const features = sequence(
    convolution(p, { inputs: 1, outputs: narrow, ...initial(1) }),
    relu,
    halve,
    convolution(p, { inputs: narrow, outputs: wide, ...initial(narrow) }),
    relu,
    halve,
  )
  const width = (side / 4) ** 2 * wide
  const head = (outputs: number) => {
    const [first, second] = [linear(p, width, hidden), linear(p, hidden, outputs)]
    return (x: tf.Tensor2D) => second(tf.relu(first(x)))
  }
  const [labelHead, domainHead] = [head(classes), head(2)]
  const learner = adam(p.variables, { rate: 1e-3, beta1: 0.9, beta2: 0.999 })
  const half = batch / 2
  const oneHot = (count: number, depth: number, of: (i: number) => number) =>
    tf.tidy(() =>
      tf
        .oneHot(
          tf.tensor1d(
            Array.from({ length: count }, (_, i) => of(i)),
            "int32",
          ),
          depth,
        )
        .toFloat(),
    )
  return {
    feeds: {
      images: uniformImages("images", batch, side, 1),
      labels: oneHot(half, classes, (i) => i % classes),
      domains: oneHot(batch, 2, (i) => (i < half ? 0 : 1)),
    },
    parameters: p.count,
    tensors: [...p.variables, ...learner.slots],
    body(feeds, context) {
      const loss = learner.learn(() => {
        const found = features(feeds.images as tf.Tensor4D, { context, moves: true }).reshape([batch, width])
        const labelled = labelHead(tf.slice(found as tf.Tensor2D, [0, 0], [half, width]))
        const placed = domainHead(reversed(found) as tf.Tensor2D)
        return tf.add(
          tf.losses.softmaxCrossEntropy(feeds.labels!, labelled),
          tf.losses.softmaxCrossEntropy(feeds.domains!, placed),
        ) as tf.Scalar
      }, context)
      return { loss }
    },
  }
}

const halve: Layer = (x) => tf.maxPool(x, 2, 2, "valid")

/** The identity, whose gradient is turned round. */
const reversed = tf.customGrad((x) => ({
  value: (x as tf.Tensor).clone(),
  gradFunc: (dy) => tf.mul(dy as tf.Tensor, -reversal),
}))
