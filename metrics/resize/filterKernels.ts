import type { Window } from "./taps.ts"

/** A filter that is stretched by the scale when an image shrinks, so that no pixel is left out. */
export interface FilterKernel {
  /** Distance in pixels from which on the filter is 0. */
  readonly support: number
  at(distance: number): number
}

export const box: FilterKernel = { support: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) }

export const triangle: FilterKernel = { support: 1, at: (x) => Math.max(1 - Math.abs(x), 0) }

/** Keys (1981) with `a = -0.5`, as in Pillow's `Resample.c`. */
export const cubic: FilterKernel = {
  support: 2,
  at(distance) {
    const a = -0.5
    const x = Math.abs(distance)
    if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
    return x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0
  },
}

/** `sinc(x) sinc(x / 3)`. */
export const lanczos: FilterKernel = {
  support: 3,
  at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0),
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI)
}

/**
 * The window of one output pixel by the rules of Pillow's `precompute_coeffs`, which PyTorch's antialiasing repeats:
 * the filter is centred on `(i + 1/2) in / out`, covers the pixels whose centres it reaches (both ends rounded half up),
 * is cut at the border, and its weights are divided by their sum.
 *
 * @param round applied to every intermediate: the identity for Pillow, which computes in float64, `Math.fround` for
 * PyTorch
 */
export function antialiasedWindow(
  filter: FilterKernel,
  i: number,
  size: number,
  outputs: number,
  round: (value: number) => number,
): Window {
  const scale = round(size / outputs)
  const stretch = Math.max(scale, 1)
  const support = round(filter.support * stretch)
  const shrink = round(1 / stretch)
  const centre = round(scale * (i + 0.5))
  const start = Math.max(Math.trunc(round(round(centre - support) + 0.5)), 0)
  const end = Math.min(Math.trunc(round(round(centre + support) + 0.5)), size)
  const weights = Array.from({ length: end - start }, (_, j) => {
    const distance = round(round(round(j + start) - centre) + 0.5)
    return round(filter.at(round(distance * shrink)))
  })
  const total = weights.reduce((sum, weight) => round(sum + weight), 0)
  return { start, weights: weights.map((weight) => (total === 0 ? weight : round(weight / total))) }
}
