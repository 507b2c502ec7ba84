import * as tf from "../../tf.ts"
import { adam } from "../networks/adam.ts"
import { absolute, binaryCrossEntropy } from "../networks/loss.ts"
import { Parameters } from "../networks/parameters.ts"
import { patchGan } from "../networks/patchgan.ts"
import { unet } from "../networks/unet.ts"
import { uniformImages, type Workload } from "./workload.ts"

export interface Pix2pixOptions {
  /** Side of the images in pixels, a power of two. */
  readonly side: number
  /** Channels next to the image, in both networks. */
  readonly width: number
  readonly batch: number
}

const optimiser = { rate: 2e-4, beta1: 0.5, beta2: 0.999 }
const reconstruction = 100

/**
 * pix2pix (Isola et al. 2017): U-Net, conditional PatchGAN of receptive field 34, L1 times 100 and binary
 * cross-entropy. A step is the discriminator on a real and on a fake pair, then the generator.
 */
export function pix2pix({ side, width, batch }: Pix2pixOptions): Workload {
  const [g, d] = [new Parameters("generator"), new Parameters("discriminator")]
  const translate = unet(g, width, Math.log2(side))
  const patches = patchGan(d, 6, width, 2)
  const [generator, discriminator] = [adam(g.variables, optimiser), adam(d.variables, optimiser)]
  return {
    feeds: {
      condition: uniformImages("condition", batch, side, 3),
      target: uniformImages("target", batch, side, 3),
    },
    parameters: g.count + d.count,
    tensors: [...g.variables, ...d.variables, ...generator.slots, ...discriminator.slots],
    body(feeds, context) {
      const [condition, target] = [feeds.condition as tf.Tensor4D, feeds.target as tf.Tensor4D]
      const pass = { context, moves: true }
      const judge = (image: tf.Tensor4D) => patches(tf.concat([condition, image], 3), pass)
      const fake = translate(condition, pass)
      const judged = discriminator.learn(
        () =>
          tf.mul(binaryCrossEntropy(judge(target), true).add(binaryCrossEntropy(judge(fake), false)), 0.5),
        context,
      )
      const made = generator.learn(() => {
        const image = translate(condition, pass)
        return binaryCrossEntropy(judge(image), true).add(absolute(image, target).mul(reconstruction))
      }, context)
      return { discriminator: judged, generator: made }
    },
  }
}
