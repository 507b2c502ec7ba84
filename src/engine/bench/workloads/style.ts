import * as tf from "../../tf.ts"
import { adam } from "../networks/adam.ts"
import type { Pass } from "../networks/layer.ts"
import { Parameters } from "../networks/parameters.ts"
import { squeezeNetStages } from "../networks/squeezenet.ts"
import { uniformImages, type Workload } from "./workload.ts"

export interface StyleOptions {
  /** Side of the image in pixels. */
  readonly side: number
  /** Divides the channels of the network. */
  readonly shrink?: number
}

/** The stage whose values are kept, of the content image. */
const contentStage = 2

/**
 * Style transfer (Gatys et al. 2016) on a frozen, random SqueezeNet: Gram matrices of all five stages and the values
 * of the third against targets; Adam moves the pixels of one image, rate 0.02.
 */
export function style({ side, shrink = 1 }: StyleOptions): Workload {
  const p = new Parameters("squeezenet")
  const stages = squeezeNetStages(p, shrink)
  const image = tf.tidy(() => tf.variable(uniformImages("start", 1, side, 3)))
  const learner = adam([image], { rate: 0.02, beta1: 0.9, beta2: 0.999 })
  const values = (x: tf.Tensor4D, pass: Pass) => {
    const found: tf.Tensor4D[] = []
    for (const stage of stages) found.push(stage(found.at(-1) ?? x, pass))
    return found
  }
  const still = { moves: false } as Pass
  const targets = tf.tidy(() => ({
    grams: values(uniformImages("style", 1, side, 3), still).map(gram),
    content: values(uniformImages("content", 1, side, 3), still)[contentStage]!,
  }))
  return {
    feeds: { content: targets.content, ...Object.fromEntries(targets.grams.map((g, i) => [`gram${i}`, g])) },
    parameters: p.count,
    tensors: [image, ...p.variables, ...learner.slots],
    body(feeds, context) {
      const loss = learner.learn(() => {
        const found = values(image as unknown as tf.Tensor4D, { context, moves: false })
        const difference = (x: tf.Tensor, y: tf.Tensor) => tf.mean(tf.square(tf.sub(x, y)))
        const styles = found.map((x, i) => difference(gram(x), feeds[`gram${i}`]!))
        return tf.addN([difference(found[contentStage]!, feeds.content!), ...styles]) as tf.Scalar
      }, context)
      return { loss }
    },
  }
}

/** Products of channels with each other, `[C, C]`, averaged over positions. */
function gram(x: tf.Tensor4D): tf.Tensor2D {
  const [, height, width, channels] = x.shape
  const rows = tf.reshape(x, [height * width, channels]) as tf.Tensor2D
  return tf.div(tf.matMul(rows, rows, true, false), height * width)
}
