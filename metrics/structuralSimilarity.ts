/** Window of SSIM: Gaussian with this standard deviation and side, in pixels (Wang et al. 2004). */
export const ssimWindow = { sigma: 1.5, side: 11 } as const

const k1 = 0.01
const k2 = 0.03

/**
 * Structural similarity of two images (Wang, Bovik, Sheikh and Simoncelli 2004, equation 13): per channel, mean over
 * the windows that lie wholly inside the image, then over channels; population covariance, variances clamped at 0,
 * K1 = 0.01, K2 = 0.03. The convention of scikit-image (`gaussian_weights`) and pytorch-msssim; torchmetrics averages
 * over a reflected border as well and gives other numbers.
 *
 * @param a, b `[height, width, channels]`, row-major
 * @param range from black to white, e.g. 1 for values in [0, 1]
 * @returns in [-1, 1]; 1 for equal images
 * @throws one sentence when a side is below 11
 */
export function structuralSimilarity(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  shape: readonly [number, number, number],
  range: number,
): number {
  const [height, width, channels] = shape
  const { side } = ssimWindow
  if (height < side || width < side) {
    throw new RangeError(
      `Expected images of at least ${side}x${side} pixels for SSIM, but got ${height}x${width}; use larger images or another metric.`,
    )
  }
  const c1 = (k1 * range) ** 2
  const c2 = (k2 * range) ** 2
  const plane = height * width
  const planes = Array.from({ length: 5 }, () => new Float64Array(plane)) // x, y, x^2, y^2, x y
  let total = 0
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < plane; i++) {
      const x = a[i * channels + channel]!
      const y = b[i * channels + channel]!
      planes[0]![i] = x
      planes[1]![i] = y
      planes[2]![i] = x * x
      planes[3]![i] = y * y
      planes[4]![i] = x * y
    }
    const [mx, my, mxx, myy, mxy] = planes.map((values) => windowMeans(values, height, width)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    let sum = 0
    for (let i = 0; i < mx.length; i++) {
      const x = mx[i]!
      const y = my[i]!
      const varianceX = Math.max(0, mxx[i]! - x * x)
      const varianceY = Math.max(0, myy[i]! - y * y)
      const covariance = mxy[i]! - x * y
      sum +=
        ((2 * x * y + c1) * (2 * covariance + c2)) / ((x * x + y * y + c1) * (varianceX + varianceY + c2))
    }
    total += sum / mx.length
  }
  return total / channels
}

const weights = gaussianWeights(ssimWindow.side, ssimWindow.sigma)

/** Gaussian-weighted means over all windows inside the image: `[height - 10, width - 10]`, rows first, then columns. */
function windowMeans(values: Float64Array, height: number, width: number): Float64Array {
  const { side } = ssimWindow
  const columns = width - side + 1
  const rows = height - side + 1
  const across = new Float64Array(height * columns)
  for (let row = 0; row < height; row++) {
    for (let k = 0; k < side; k++) {
      const weight = weights[k]!
      const from = row * width + k
      const to = row * columns
      for (let column = 0; column < columns; column++) across[to + column]! += weight * values[from + column]!
    }
  }
  const means = new Float64Array(rows * columns)
  for (let k = 0; k < side; k++) {
    const weight = weights[k]!
    for (let i = 0; i < means.length; i++) means[i]! += weight * across[k * columns + i]!
  }
  return means
}

function gaussianWeights(side: number, sigma: number): Float64Array {
  const centre = (side - 1) / 2
  const raw = Float64Array.from({ length: side }, (_, i) => Math.exp(-((i - centre) ** 2) / (2 * sigma ** 2)))
  const sum = raw.reduce((total, weight) => total + weight, 0)
  return raw.map((weight) => weight / sum)
}
