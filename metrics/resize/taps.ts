/**
 * How one side of an image is resampled: every output pixel is a weighted sum of `width` neighbouring input pixels.
 * Pixels that an output does not need have weight 0.
 */
export interface Taps {
  /** Input pixels of every output pixel. */
  readonly width: number
  /** The first input pixel, by output pixel; `starts[i] + width` never passes the end. */
  readonly starts: Int32Array
  /** float64 `[outputs, width]` */
  readonly weights: Float64Array
}

/** Weights of one output pixel, for input pixels from `start` on. */
export interface Window {
  readonly start: number
  readonly weights: readonly number[]
}

/**
 * Brings windows to one width within `size` input pixels. Pixels before the first or after the last stand for the
 * border: their weights are added to the border pixel's.
 */
export function tapsOf(windows: readonly Window[], size: number): Taps {
  const widest = windows.reduce((most, { weights }) => Math.max(most, weights.length), 1)
  const width = Math.min(widest, size)
  const starts = new Int32Array(windows.length)
  const all = new Float64Array(windows.length * width)
  windows.forEach(({ start, weights }, i) => {
    const first = Math.min(Math.max(start, 0), size - width)
    starts[i] = first
    weights.forEach((weight, j) => {
      const pixel = Math.min(Math.max(start + j, 0), size - 1)
      all[i * width + pixel - first]! += weight
    })
  })
  return { width, starts, weights: all }
}
