import type { Mode } from "@saddlepoint/core/contracts/player"
import * as tf from "@saddlepoint/engine/tf"
import { orthonormalProjection } from "./orthonormalProjection.ts"
import { type Convolution, seededWeights } from "./seededWeights.ts"
import { standardisation } from "./standardisation.ts"
import { type JudgingPlayer, tap } from "./tap.ts"

export interface ConvolutionalFeaturesShape {
  readonly channels: number
  readonly width: number
  /** Number of features that the tasks are learnt from. */
  readonly size: number
  /** Number of features that are given, where fewer: as many fixed orthonormal directions of those that are learnt from. */
  readonly given?: number
  /** Number of classes of each training task, by its name. */
  readonly tasks: Readonly<Record<string, number>>
}

/** Where the features are taken, as every identity names it. */
const featureTap =
  "mean over positions of the rectified fourth convolution, standardised over training images"

/**
 * A small convolutional feature network, with a head for each of its training tasks: four convolutions (4x4 stride 2, 4x4
 * stride 2, 3x3, 3x3; receptive field 26 px), rectified, averaged over all positions, standardised over the images of training;
 * one linear layer for each task. No layer is normalised within an image: instance statistics would take out the contrast that
 * distinguishes a blurred image.
 *
 * From `image`, `[batch, height, width, channels]`, to `features`, `[batch, given]`, as its tap `features` gives them, and for
 * each task to `<task>Logits`, `[batch, classes]`, which its tap `logits` gives where there is one task alone.
 */
export function convolutionalFeatures(
  name: string,
  shape: ConvolutionalFeaturesShape,
  seed: number,
): JudgingPlayer {
  const { channels, width, size, given = size, tasks } = shape
  const weights = seededWeights(seed, name)
  const first = weights.convolution("first", [4, 4, channels, width])
  const second = weights.convolution("second", [4, 4, width, 2 * width])
  const third = weights.convolution("third", [3, 3, 2 * width, 2 * width])
  const fourth = weights.convolution("fourth", [3, 3, 2 * width, size])
  const heads = Object.entries(tasks).map(
    ([task, classes]) => [task, weights.convolution(`head/${task}`, [1, 1, size, classes])] as const,
  )
  const projection =
    given === size
      ? undefined
      : tf.tidy(() => {
          const directions = orthonormalProjection(seed, name, size, given)
          return tf.variable(tf.tensor2d(directions, [size, given]), false)
        })
  const standard = standardisation(size)
  const state = { ...standard.state, ...(projection === undefined ? {} : { projection }) }

  const learntFrom = (images: tf.Tensor, mode: Mode): tf.Tensor2D => {
    let x = images as tf.Tensor4D
    x = rectified(x, first, 2)
    x = rectified(x, second, 2)
    x = rectified(x, third, 1)
    x = rectified(x, fourth, 1)
    return standard.apply(tf.mean(x, [1, 2]), mode)
  }
  const givenOf = (seen: tf.Tensor2D) => (projection === undefined ? seen : tf.matMul(seen, projection))
  const logitsOf = (seen: tf.Tensor2D): Record<string, tf.Tensor> =>
    Object.fromEntries(
      heads.map(([task, { kernel, bias }]) => {
        return [`${task}Logits`, tf.add(tf.matMul(seen, tf.reshape(kernel, [size, -1])), bias)] as const
      }),
    )
  const apply = (images: tf.Tensor, mode: Mode): Record<string, tf.Tensor> => {
    const seen = learntFrom(images, mode)
    return { features: givenOf(seen), ...logitsOf(seen) }
  }
  const [only, ...others] = Object.keys(tasks)
  const classifies = only !== undefined && others.length === 0
  return {
    variables: weights.variables,
    state,
    apply: ({ image }, mode) => tf.tidy(() => apply(image!, mode)),
    taps: {
      features: tap(
        projection === undefined ? featureTap : `${featureTap}, along ${given} fixed directions of ${size}`,
        (images) => givenOf(learntFrom(images, "evaluate")),
      ),
      ...(classifies
        ? { logits: tap(`logits of the ${only}`, (images) => apply(images, "evaluate")[`${only}Logits`]!) }
        : {}),
    },
    dispose: () => tf.dispose([weights.variables, state]),
  }
}

function rectified(x: tf.Tensor4D, { kernel, bias }: Convolution, stride: number): tf.Tensor4D {
  return tf.relu(tf.add(tf.conv2d(x, kernel, stride, "same"), bias))
}
