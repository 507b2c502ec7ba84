import type { Field } from "../contracts/field.ts"
import { fieldText, imageShape } from "./imageShape.ts"

/** Between an image and the innermost map of a DCGAN: how often the sides are halved, and to what. */
export interface DcganPyramid {
  /** 4x4 convolutions of stride 2. */
  readonly levels: number
  /** Sides of the innermost map. */
  readonly height: number
  readonly width: number
}

/** Length of a side of the innermost map: 4 in the paper, 7 for 28 pixels. */
const smallest = 4
const largest = 7

/** Halves both sides while the shorter one stays at 4 pixels or more; undefined where that does not lead to 4 to 7 pixels. */
export function dcganPyramid(imageHeight: number, imageWidth: number): DcganPyramid | undefined {
  let [levels, height, width] = [0, imageHeight, imageWidth]
  while (height % 2 === 0 && width % 2 === 0 && Math.min(height, width) >= 2 * smallest) {
    levels++
    height /= 2
    width /= 2
  }
  return levels > 0 && Math.min(height, width) <= largest ? { levels, height, width } : undefined
}

/** Channels of each level's map, the outermost first: `width`, twice as many at every level. */
export function dcganChannels(width: number, levels: number): readonly number[] {
  return Array.from({ length: levels }, (_, level) => width * 2 ** level)
}

/**
 * Why a DCGAN cannot make or see these images, in one sentence; none when it can.
 * @param network that halves images alike, in words
 */
export function dcganRefusals(image: Field | undefined, network = "a DCGAN"): readonly string[] {
  const shape = imageShape(image)
  if (shape !== undefined && dcganPyramid(shape[0], shape[1]) !== undefined) return []
  return [
    `Expected images [height, width, channels] for ${network} whose sides are 4, 5, 6 or 7 pixels times a power of two ` +
      `(28, 32, 64, ...), but got ${fieldText(image)}; change the image size.`,
  ]
}

/** Why a DCGAN, or another such network, cannot be conditioned on this field; none when it can, or where there is none. */
export function labelRefusals(label: Field | undefined, network = "a DCGAN"): readonly string[] {
  if (
    label === undefined ||
    (label.shape.length === 0 && label.dtype === "int32" && label.classes !== undefined)
  ) {
    return []
  }
  return [
    `Expected one class of a known number per example as the label of ${network}, but got ${fieldText(label)}` +
      `${label.classes === undefined ? " of an unknown number of classes" : ""}; use a dataset with classes.`,
  ]
}
