/** The window under which SSIM takes its local means: one-dimensional weights, used along rows and columns. */
export interface SsimWindow {
  /** For identities, e.g. `Gaussian 11x11, sigma 1.5`. */
  readonly name: string
  /** Of odd length, symmetric, with sum 1. */
  readonly weights: Float64Array
}

/**
 * Gaussian window of standard deviation `sigma` pixels, cut off at 3.5 standard deviations: side
 * `2 floor(3.5 sigma + 0.5) + 1`, which is 11 for the usual 1.5 (Wang et al. 2004; scikit-image, torchmetrics).
 */
export function gaussianWindow(sigma: number): SsimWindow {
  if (!(sigma > 0 && sigma <= 100)) {
    throw new RangeError(`Expected a standard deviation above 0 and at most 100 pixels, but got ${sigma}.`)
  }
  const reach = Math.floor(3.5 * sigma + 0.5)
  const side = 2 * reach + 1
  const raw = Float64Array.from({ length: side }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)))
  const sum = raw.reduce((total, weight) => total + weight, 0)
  return { name: `Gaussian ${side}x${side}, sigma ${sigma}`, weights: raw.map((weight) => weight / sum) }
}

/** Window of equal weights with an odd side, in pixels (scikit-image's default has side 7). */
export function uniformWindow(side: number): SsimWindow {
  if (!Number.isInteger(side) || side < 1 || side % 2 === 0) {
    throw new RangeError(`Expected an odd number of pixels as the side of a window, but got ${side}.`)
  }
  return { name: `uniform ${side}x${side}`, weights: new Float64Array(side).fill(1 / side) }
}
