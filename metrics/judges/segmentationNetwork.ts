import type { Player } from "@saddlepoint/core/contracts/player"
import * as tf from "@saddlepoint/engine/tf"
import { type Convolution, seededWeights } from "./seededWeights.ts"

export interface SegmentationShape {
  readonly channels: number
  readonly classes: number
  readonly width: number
}

/**
 * A small fully convolutional network (after FCN: Long, Shelhamer and Darrell 2015) from `image`
 * `[batch, height, width, channels]` to `classLogits` `[batch, height, width, classes]`: two 4x4 convolutions of stride 2, two
 * 3x3 convolutions at a quarter of the side, and two transposed convolutions back, the last of which also sees the half
 * scale of the way down. About 30 px of context, enough to tell textures; no normalisation, so that a pixel's class
 * depends on nothing farther away.
 */
export function segmentationNetwork(name: string, shape: SegmentationShape, seed: number): Player {
  const { channels, classes, width } = shape
  const weights = seededWeights(seed, name)
  const half = weights.convolution("half", [4, 4, channels, width])
  const quarter = weights.convolution("quarter", [4, 4, width, 2 * width])
  const context1 = weights.convolution("context1", [3, 3, 2 * width, 2 * width])
  const context2 = weights.convolution("context2", [3, 3, 2 * width, 2 * width])
  const up = weights.transposed("up", [4, 4, 2 * width, width])
  const logits = weights.transposed("logits", [4, 4, 2 * width, classes])

  const apply = (images: tf.Tensor4D): tf.Tensor => {
    const atHalf = down(images, half, 2)
    const atQuarter = down(atHalf, quarter, 2)
    const seen = down(down(atQuarter, context1, 1), context2, 1)
    const back = tf.relu(enlarged(seen, up, atHalf))
    return enlarged(tf.concat([back, atHalf], 3), logits, images)
  }
  return {
    variables: weights.variables,
    state: {},
    apply: ({ image }) => ({ classLogits: tf.tidy(() => apply(image as tf.Tensor4D)) }),
    dispose: () => tf.dispose(weights.variables),
  }
}

function down(x: tf.Tensor4D, { kernel, bias }: Convolution, stride: number): tf.Tensor4D {
  return tf.relu(tf.add(tf.conv2d(x, kernel, stride, "same"), bias))
}

/** Doubles the side, to exactly the height and width of `like`. */
function enlarged(x: tf.Tensor4D, { kernel, bias }: Convolution, like: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width] = like.shape
  const size: [number, number, number, number] = [batch, height, width, bias.shape[0]]
  return tf.add(tf.conv2dTranspose(x, kernel, size, 2, "same"), bias)
}
