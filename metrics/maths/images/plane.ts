import type { ImageShape } from "./imageShape.ts"

/** One channel of an image in float64. */
export interface Plane {
  /** `[height, width]`, row-major */
  readonly values: Float64Array
  readonly height: number
  readonly width: number
}

/** One channel of an interleaved image `[height, width, channels]`. */
export function channelOf(
  image: ArrayLike<number>,
  [height, width, channels]: ImageShape,
  channel: number,
): Plane {
  const values = new Float64Array(height * width)
  for (let i = 0, at = channel; i < values.length; i++, at += channels) values[i] = image[at]!
  return { values, height, width }
}

/**
 * The plane with a border of `pad` pixels, mirrored at the outermost pixels, which are not repeated (PyTorch's
 * "reflect"). Both sides must be above `pad`.
 */
export function reflectPadded({ values, height, width }: Plane, pad: number): Plane {
  const padded = new Float64Array((height + 2 * pad) * (width + 2 * pad))
  let at = 0
  for (let row = -pad; row < height + pad; row++) {
    const from = mirrored(row, height) * width
    for (let column = -pad; column < width + pad; column++)
      padded[at++] = values[from + mirrored(column, width)]!
  }
  return { values: padded, height: height + 2 * pad, width: width + 2 * pad }
}

function mirrored(index: number, size: number): number {
  if (index < 0) return -index
  return index < size ? index : 2 * (size - 1) - index
}

/** Means of 2x2 blocks; the last row or column of an odd side is dropped. */
export function halved({ values, height, width }: Plane): Plane {
  const half = { height: Math.floor(height / 2), width: Math.floor(width / 2) }
  const means = new Float64Array(half.height * half.width)
  for (let row = 0, at = 0; row < half.height; row++) {
    for (let column = 0; column < half.width; column++, at++) {
      const from = 2 * row * width + 2 * column
      means[at] = (values[from]! + values[from + 1]! + values[from + width]! + values[from + width + 1]!) / 4
    }
  }
  return { values: means, ...half }
}
