import * as tf from "@saddlepoint/engine/tf"
import { type Convolution, seededWeights } from "./seededWeights.ts"
import { type JudgingPlayer, tap } from "./tap.ts"

/** A small convolutional feature network as a player, with the heads that only its training uses. */
export interface ConvolutionalFeatures {
  /**
   * From `image`, `[batch, height, width, channels]`, to `features`, `[batch, size]`, as its tap `features` gives them; where
   * there is one training task alone, also to its `classLogits`, `[batch, classes]`, as its tap `logits` gives them.
   */
  readonly player: JudgingPlayer
  /** Logits `[batch, classes]` of each training task. */
  classify(images: tf.Tensor): Readonly<Record<string, tf.Tensor>>
}

export interface ConvolutionalFeaturesShape {
  readonly channels: number
  readonly width: number
  /** Number of features. */
  readonly size: number
  /** Number of classes of each training task. */
  readonly tasks: Readonly<Record<string, number>>
}

/** Where the features are taken, as every identity names it. */
const featureTap = "mean over positions of the rectified fourth convolution"

/**
 * Four convolutions (4x4 stride 2, 4x4 stride 2, 3x3, 3x3; receptive field 26 px), rectified, averaged over all
 * positions; one linear layer for each task. No normalisation, so that an image's features are its own: instance
 * statistics would take out the contrast that distinguishes a blurred image.
 */
export function convolutionalFeatures(
  name: string,
  shape: ConvolutionalFeaturesShape,
  seed: number,
): ConvolutionalFeatures {
  const { channels, width, size, tasks } = shape
  const weights = seededWeights(seed, name)
  const first = weights.convolution("first", [4, 4, channels, width])
  const second = weights.convolution("second", [4, 4, width, 2 * width])
  const third = weights.convolution("third", [3, 3, 2 * width, 2 * width])
  const fourth = weights.convolution("fourth", [3, 3, 2 * width, size])
  const heads = Object.entries(tasks).map(
    ([task, classes]) => [task, weights.convolution(`head/${task}`, [1, 1, size, classes])] as const,
  )

  const features = (images: tf.Tensor): tf.Tensor2D => {
    let x = images as tf.Tensor4D
    x = rectified(x, first, 2)
    x = rectified(x, second, 2)
    x = rectified(x, third, 1)
    x = rectified(x, fourth, 1)
    return tf.mean(x, [1, 2])
  }
  const logitsOf = (seen: tf.Tensor2D): Record<string, tf.Tensor> =>
    Object.fromEntries(
      heads.map(([task, { kernel, bias }]) => {
        return [task, tf.add(tf.matMul(seen, tf.reshape(kernel, [size, -1])), bias)] as const
      }),
    )
  const classify = (images: tf.Tensor): Record<string, tf.Tensor> => logitsOf(features(images))
  const [only, ...others] = Object.keys(tasks)
  const classifies = only !== undefined && others.length === 0
  return {
    player: {
      variables: weights.variables,
      state: {},
      apply: ({ image }) =>
        tf.tidy(() => {
          const seen = features(image!)
          return classifies ? { features: seen, classLogits: logitsOf(seen)[only]! } : { features: seen }
        }),
      taps: {
        features: tap(featureTap, features),
        ...(classifies ? { logits: tap(`logits of the ${only}`, (images) => classify(images)[only]!) } : {}),
      },
      dispose: () => tf.dispose(weights.variables),
    },
    classify,
  }
}

function rectified(x: tf.Tensor4D, { kernel, bias }: Convolution, stride: number): tf.Tensor4D {
  return tf.relu(tf.add(tf.conv2d(x, kernel, stride, "same"), bias))
}
