import type * as tf from "../../tf.ts"
import { inceptionV3 } from "../networks/inception.ts"
import { Parameters } from "../networks/parameters.ts"
import { uniformImages, type Workload } from "./workload.ts"

export interface FeaturesOptions {
  /** Side of the images in pixels, at least 75. */
  readonly side: number
  readonly batch: number
  /** Divides the channels of the network. */
  readonly shrink?: number
}

/** One pass through a random InceptionV3 to its 2048 features, as a Frechet distance takes it. Nothing is learnt. */
export function features({ side, batch, shrink = 1 }: FeaturesOptions): Workload {
  const p = new Parameters("inception")
  const network = inceptionV3(p, shrink)
  return {
    feeds: { images: uniformImages("images", batch, side, 3) },
    parameters: p.count,
    tensors: [...p.variables, ...p.averages],
    body: ({ images }, context) => ({ features: network(images as tf.Tensor4D, { context, moves: false }) }),
  }
}
