import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { loss } from "./define.ts"
import { plainDissimilarity } from "./ssimDefinition.ts"

/** Images in [-1, 1] are moved to [0, 2]: SSIM's luminance term is meant for intensities from 0 up. */
const dataRange = 2
const middle = dataRange / 2
const luminanceConstant = (0.01 * dataRange) ** 2 // (K1 L)^2
const contrastConstant = (0.03 * dataRange) ** 2 // (K2 L)^2

/**
 * Structural dissimilarity `1 - SSIM`, in [0, 2], 0 where output equals target.
 *
 * Wang et al. 2004 ("Image quality assessment: from error visibility to structural similarity", equation 13) with
 * their Gaussian window, K1 = 0.01, K2 = 0.03; population variances; only whole windows, as in scikit-image and the
 * authors' code. The mean goes over windows and channels.
 * Options: `window`, odd side in pixels, 11; `sigma` of the Gaussian in pixels, 1.5.
 * Throws when an image is smaller than the window.
 */
export const ssimLoss = loss("reconstruction", {
  name: "ssim",
  version: 1,
  options: {
    window: Schema.Int.check(
      Schema.makeFilter(
        (side: number) => (side >= 3 && side % 2 === 1) || "expected an odd window of at least 3 pixels",
      ),
    ).pipe(Schema.withDecodingDefaultKey(Effect.succeed(11))),
    sigma: Schema.Finite.check(
      Schema.isGreaterThan(0, { message: "expected a sigma of more than 0 pixels" }),
    ).pipe(Schema.withDecodingDefaultKey(Effect.succeed(1.5))),
  },
  learner({ output, target }, { window, sigma }) {
    refuseSmall(output, window)
    const [batch, height, width, channels] = output.shape as [number, number, number, number]
    // Every channel of every example is an image of its own: [batch * channels, height, width, 1]
    const planes = (images: tf.Tensor) =>
      tf.reshape(tf.transpose(images, [0, 3, 1, 2]), [batch * channels, height, width, 1])
    const x = planes(output)
    const y = planes(target)

    // Means over windows. Second moments are taken of the values in [-1, 1], where float32 loses least; only the
    // luminance depends on the shift.
    const difference = tf.sub(x, y)
    const squares = tf.add(tf.square(x), tf.square(y))
    const maps = tf.concat([x, y, squares, tf.square(difference)]) as tf.Tensor4D
    const means = tf.split(blur(maps, window, sigma), 4)
    const [meanX, meanY, meanSquares, meanError] = means as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    const shift = tf.square(tf.sub(meanX, meanY))

    // Each factor of SSIM is 1 minus a defect, (a - b)^2 = a^2 + b^2 - 2 a b; the defects keep their digits near the
    // target, where SSIM itself is 1 minus rounding.
    const brightness = tf.add(tf.square(tf.add(meanX, middle)), tf.square(tf.add(meanY, middle)))
    const luminance = tf.div(shift, tf.add(brightness, luminanceConstant))
    const variances = tf.sub(meanSquares, tf.add(tf.square(meanX), tf.square(meanY))) // of x plus of y
    const structure = tf.div(tf.sub(meanError, shift), tf.add(variances, contrastConstant))
    const defect = tf.sub(tf.add(luminance, structure), tf.mul(luminance, structure)) // 1 - (1 - l)(1 - s)
    return tf.mean(tf.reshape(defect, [batch, -1]), 1)
  },
  laws: ({ window, sigma }) => ({
    atTarget: 0,
    smoothAtTarget: true,
    minimumSide: window,
    // Without contrast there is the luminance alone.
    constantImages: (output, target) =>
      (output - target) ** 2 / ((output + middle) ** 2 + (target + middle) ** 2 + luminanceConstant),
    definition: (output, target) =>
      plainDissimilarity(output, target, {
        weights: gaussian(window, sigma),
        shift: middle,
        luminanceConstant,
        contrastConstant,
      }),
    // Both terms rise towards the target while the difference's deviation is below sqrt(2 (K2 L)^2) = 0.085.
    basin: 1 / 16,
  }),
  examples: [{}, { window: 7, sigma: 0.8 }],
})

/** A separable Gaussian with constant weights over whole windows; `[n, height, width, 1]`. */
function blur(planes: tf.Tensor4D, window: number, sigma: number): tf.Tensor4D {
  const weights = gaussian(window, sigma)
  const rows = tf.conv2d(planes, tf.tensor4d(weights, [window, 1, 1, 1]), 1, "valid")
  return tf.conv2d(rows, tf.tensor4d(weights, [1, window, 1, 1]), 1, "valid")
}

function gaussian(window: number, sigma: number): number[] {
  const middle = (window - 1) / 2
  const weights = Array.from({ length: window }, (_, at) =>
    Math.exp(-((at - middle) ** 2) / (2 * sigma ** 2)),
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

function refuseSmall(images: tf.Tensor, window: number): void {
  const [, height, width] = images.shape
  if (height! >= window && width! >= window) return
  throw new Error(
    `The ssim loss expected images of at least ${window} x ${window} pixels (its window) but got ` +
      `${height} x ${width}; use larger images, a smaller window such as ssimLoss({ window: 7 }), or l1.`,
  )
}
