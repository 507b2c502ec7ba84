import { stream } from "../../random.ts"
import * as tf from "../../tf.ts"
import { adam } from "../networks/adam.ts"
import type { Layer } from "../networks/layer.ts"
import { Parameters } from "../networks/parameters.ts"
import { dcganDiscriminator, dcganGenerator } from "./dcgan.ts"
import { normalCodes, uniformImages, type Workload } from "./workload.ts"

export interface WganGpOptions {
  /** Side of the images in pixels, a power of two from 16 on. */
  readonly side: number
  /** Channels next to the image, in both networks. */
  readonly width: number
  readonly batch: number
  /** Numbers in a code. */
  readonly codeSize: number
}

const optimiser = { rate: 1e-4, beta1: 0, beta2: 0.9 }
const penalty = 10

/**
 * WGAN-GP (Gulrajani et al. 2017) with DCGAN's layers and a critic without norm. A step is one move of the critic,
 * whose loss holds the norm of its own gradient at mixtures of real and fake, and one of the generator.
 */
export function wganGp({ side, width, batch, codeSize }: WganGpOptions): Workload {
  const doublings = Math.log2(side) - 3
  const [g, c] = [new Parameters("generator"), new Parameters("critic")]
  const generate = dcganGenerator(g, codeSize, width, doublings)
  const judge = dcganDiscriminator(c, width, doublings, unnormalised)
  const [generator, critic] = [adam(g.variables, optimiser), adam(c.variables, optimiser)]
  return {
    feeds: {
      real: uniformImages("real", batch, side, 3),
      codes: normalCodes("codes", batch, codeSize),
      mixing: tf.tensor4d(stream("bench", "mixing").fillUniform(new Float32Array(batch)), [batch, 1, 1, 1]),
    },
    parameters: g.count + c.count,
    tensors: [g, c]
      .flatMap(({ variables, averages }) => [...variables, ...averages])
      .concat(generator.slots, critic.slots),
    body(feeds, context) {
      const [real, codes] = [feeds.real as tf.Tensor4D, feeds.codes as tf.Tensor4D]
      const pass = { context, moves: true }
      const score = (images: tf.Tensor4D) => judge(images, pass)
      const fake = generate(codes, pass)
      const mixed = real.add(fake.sub(real).mul(feeds.mixing!)) as tf.Tensor4D
      const judged = critic.learn(() => {
        const slope = tf.grad((x) => tf.sum(score(x as tf.Tensor4D)))(mixed)
        const length = tf.sqrt(tf.sum(tf.square(slope), [1, 2, 3]).add(1e-12))
        const excess = tf.mean(tf.square(length.sub(1)))
        return tf
          .mean(score(fake))
          .sub(tf.mean(score(real)))
          .add(excess.mul(penalty))
      }, context)
      const again = { context, moves: false }
      const made = generator.learn(() => tf.neg(tf.mean(score(generate(codes, again)))), context)
      return { critic: judged, generator: made }
    },
  }
}

const unnormalised = (): Layer => (x) => x
