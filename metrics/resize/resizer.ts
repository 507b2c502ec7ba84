import type { Taps } from "./taps.ts"

/** A way of resizing images, as one of the reference packages does it. */
export interface Resizer {
  /** As reports and identities name it, e.g. `tf1_align_corners_false`. */
  readonly name: string
  /** Taps along one side, from `size` input pixels to `outputs`. Not called where both are equal: nothing is done then. */
  taps(size: number, outputs: number): Taps
  /** Whether results are cut to 0..255, without rounding: filters with negative weights overshoot. */
  readonly clips: boolean
}

/**
 * Resizes images of one size to another, again and again: from `[images, height, width, channels]`, values 0..255, to
 * float32 of the same form.
 */
export type Resizing = (images: Uint8Array | Float32Array) => Float32Array

/**
 * Prepares a resizing: taps are computed once. Rows are resampled first, then columns, and what lies between is held in
 * float32, as in Pillow, PyTorch and TensorFlow; sums are float64.
 *
 * @param from `[height, width]` of the images
 * @param to `[height, width]` of the results
 */
export function resizing(
  resizer: Resizer,
  from: readonly [number, number],
  to: readonly [number, number],
  channels: number,
): Resizing {
  const [height, width] = from
  const [rows, columns] = to
  if (Math.min(height, width, rows, columns, channels) < 1) {
    throw new RangeError(
      `Expected images of at least one pixel and channel for ${resizer.name}, but got [${from}] to [${to}], ${channels} channels.`,
    )
  }
  const across = width === columns ? undefined : resizer.taps(width, columns)
  const down = height === rows ? undefined : resizer.taps(height, rows)
  const size = height * width * channels
  return (images) => {
    const count = images.length / size
    if (!Number.isInteger(count)) {
      throw new RangeError(
        `Expected images of ${height}x${width}x${channels} numbers for ${resizer.name}, but got ${images.length} in all.`,
      )
    }
    const wide =
      across === undefined ? Float32Array.from(images) : resampledRows(images, across, width, channels)
    const resized = down === undefined ? wide : resampledColumns(wide, down, height, columns * channels)
    if (resizer.clips) clip(resized)
    return resized
  }
}

/** Every row of `width` pixels becomes one of as many as there are taps. */
function resampledRows(
  source: Uint8Array | Float32Array,
  taps: Taps,
  width: number,
  channels: number,
): Float32Array {
  const { starts, weights } = taps
  const outputs = starts.length
  const rows = source.length / (width * channels)
  const result = new Float32Array(rows * outputs * channels)
  let to = 0
  for (let row = 0; row < rows; row++) {
    const origin = row * width
    for (let x = 0; x < outputs; x++) {
      const first = (origin + starts[x]!) * channels
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0
        for (let k = 0, from = first + channel; k < taps.width; k++, from += channels) {
          sum += weights[x * taps.width + k]! * source[from]!
        }
        result[to++] = sum
      }
    }
  }
  return result
}

/** Every image of `height` rows of `length` numbers becomes one of as many rows as there are taps. */
function resampledColumns(source: Float32Array, taps: Taps, height: number, length: number): Float32Array {
  const { starts, weights } = taps
  const outputs = starts.length
  const images = source.length / (height * length)
  const result = new Float32Array(images * outputs * length)
  const sums = new Float64Array(length)
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < outputs; y++) {
      sums.fill(0)
      for (let k = 0; k < taps.width; k++) {
        const weight = weights[y * taps.width + k]!
        if (weight === 0) continue
        const from = (image * height + starts[y]! + k) * length
        for (let i = 0; i < length; i++) sums[i]! += weight * source[from + i]!
      }
      result.set(sums, (image * outputs + y) * length)
    }
  }
  return result
}

function clip(values: Float32Array): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(Math.max(values[i]!, 0), 255)
}
