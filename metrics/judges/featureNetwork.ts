import type { Player } from "@saddlepoint/core/player"
import * as tf from "@saddlepoint/engine/tf"
import { type Convolution, seededWeights } from "./seededWeights.ts"

/** A feature network as a player, with the head that only its training uses. */
export interface FeatureNetwork {
  /** Applied to images `[batch, height, width, channels]` it gives features `[batch, size]`. */
  readonly player: Player
  /** Logits `[batch, classes]` of the training task. */
  classify(images: tf.Tensor): tf.Tensor
  both(images: any): any
}

export interface FeatureNetworkShape {
  readonly channels: number
  readonly width: number
  /** Number of features. */
  readonly size: number
  /** Classes of the training task. */
  readonly classes: number
}

/** Where the features are taken, as every identity names it. */
export const featureTap = "mean over positions of the rectified fourth convolution"

/**
 * Four convolutions (4x4 stride 2, 4x4 stride 2, 3x3, 3x3; receptive field 26 px), rectified, averaged over all
 * positions; one linear layer for the task. No normalisation, so that an image's features are its own: instance
 * statistics would take out the contrast that distinguishes a blurred image.
 */
export function featureNetwork(name: string, shape: FeatureNetworkShape, seed: number): FeatureNetwork {
  const { channels, width, size, classes } = shape
  const weights = seededWeights(seed, name)
  const first = weights.convolution("first", [4, 4, channels, width])
  const second = weights.convolution("second", [4, 4, width, 2 * width])
  const third = weights.convolution("third", [3, 3, 2 * width, 2 * width])
  const fourth = weights.convolution("fourth", [3, 3, 2 * width, size])
  const head = weights.convolution("head", [1, 1, size, classes])

  const colour = weights.convolution("colour", [1, 1, size, 3])
  const exemplarHead = weights.convolution("exemplar", [1, 1, size, 400])
  const features = (images: tf.Tensor): tf.Tensor => {
    let x = images as tf.Tensor4D
    x = rectified(x, first, 2)
    x = rectified(x, second, 2)
    x = rectified(x, third, 1)
    x = rectified(x, fourth, 1)
    return tf.mean(x, [1, 2])
  }
  return {
    player: {
      variables: weights.variables,
      state: {},
      apply: ([images]) => tf.tidy(() => features(images!)),
      dispose: () => tf.dispose(weights.variables),
    },
    both: (images: any) => { const f = features(images) as tf.Tensor2D; return { logits: tf.add(tf.matMul(f, tf.reshape(head.kernel, [size, classes])), head.bias), exemplar: tf.add(tf.matMul(f, tf.reshape(exemplarHead.kernel, [size, 400])), exemplarHead.bias), colours: tf.add(tf.matMul(f, tf.reshape(colour.kernel, [size, 3])), colour.bias) } },
    classify: (images) =>
      tf.add(tf.matMul(features(images) as tf.Tensor2D, tf.reshape(head.kernel, [size, classes])), head.bias),
  }
}

function rectified(x: tf.Tensor4D, { kernel, bias }: Convolution, stride: number): tf.Tensor4D {
  return tf.relu(tf.add(tf.conv2d(x, kernel, stride, "same"), bias))
}
