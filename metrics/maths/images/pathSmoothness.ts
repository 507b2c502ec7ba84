import { meanSquaredDifference } from "./meanDifferences.ts"

/** How evenly images change along a way. */
export interface PathSmoothness {
  /** Mean over steps of the mean squared difference of neighbouring images over the square of the step. */
  readonly length: number
  /** The largest of these values. */
  readonly largest: number
  /** Where it is: the leg, and its image before the jump, from 0 on. */
  readonly at: { readonly leg: number; readonly frame: number }
}

/**
 * The path length of images along a walk, `E[d(G(t), G(t + step))] / step^2` with `d` the mean squared difference of pixels: the perceptual path length of
 * Karras et al. 2019 (section 4.1) by pixels in the place of VGG features, and at the steps of this walk in the place of 1e-4. Unit: squares of the values
 * for the square of a leg. Beside the mean, the largest value tells an abrupt change, as of a generator that knows single images by heart and jumps between
 * them: of an even walk it is hardly above the mean, of one jump and nothing else it is as many times the mean as there are steps.
 *
 * @param legs images in order, each as its values; neighbours lie a `step` apart
 * @param step as a share of a leg, in (0, 1]
 * @throws RangeError in one sentence where there is nothing to compare, or the step is none
 */
export function pathSmoothness(
  legs: readonly (readonly ArrayLike<number>[])[],
  step: number,
): PathSmoothness {
  if (!(step > 0 && step <= 1)) {
    throw new RangeError(`Expected a step above 0 and up to 1, as a share of a leg, but got ${step}.`)
  }
  const changes = legs.flatMap((images, leg) =>
    images.slice(1).map((image, frame) => {
      return { value: meanSquaredDifference(images[frame]!, image) / step ** 2, leg, frame }
    }),
  )
  const [first] = changes
  if (first === undefined) throw new RangeError("Expected a leg of two images or more, but got none.")
  const { value, leg, frame } = changes.reduce((most, one) => (one.value > most.value ? one : most), first)
  const length = changes.reduce((sum, one) => sum + one.value, 0) / changes.length
  return { length, largest: value, at: { leg, frame } }
}
