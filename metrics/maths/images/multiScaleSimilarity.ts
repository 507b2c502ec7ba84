import type { ImageShape } from "./imageShape.ts"
import { channelOf, halved, type Plane } from "./plane.ts"
import { planeSimilarity } from "./planeSimilarity.ts"
import type { SsimWindow } from "./ssimWindow.ts"
import { bordered, type SsimBorder, usualWindow } from "./structuralSimilarity.ts"

/** Weights of the five scales, finest first (Wang, Simoncelli and Bovik 2003, section 3.2). */
export const msSsimWeights: readonly number[] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

/**
 * What becomes of a scale's term, which may be negative, before it is raised to its weight (torchmetrics' `normalize`).
 * `relu`: negative terms count as 0. `simple`: `(term + 1) / 2`. `none`: as it is, which gives NaN for negative terms.
 */
export type NegativeTerms = "relu" | "simple" | "none"

export interface MultiScaleOptions {
  /** From black to white. */
  readonly range: number
  /** Windows of the last scale. Of the others only those inside the image count, as in every package. */
  readonly border: SsimBorder
  readonly negative: NegativeTerms
  /** One weight for each scale, finest first; `msSsimWeights` where left out. */
  readonly weights?: readonly number[]
  /** `gaussianWindow(1.5)`, 11x11, where left out. */
  readonly window?: SsimWindow
}

/**
 * Multi-scale structural similarity of two images (Wang, Simoncelli and Bovik 2003): the product over scales of powers
 * of the contrast term, and of the whole SSIM at the last, each averaged over windows and channels. Between scales the
 * image is averaged over 2x2 blocks; an odd row or column is dropped. Border `valid` is the original's and
 * pytorch-msssim's, `reflect` is torchmetrics'.
 *
 * @param a, b `[height, width, channels]`, row-major
 * @returns in [0, 1] (`relu` and `simple`, with weights above 0); 1 for equal images
 * @throws one sentence when a side is below `smallestSide`, or there is no scale
 */
export function multiScaleSimilarity(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  shape: ImageShape,
  { range, border, negative, weights = msSsimWeights, window = usualWindow }: MultiScaleOptions,
): number {
  requireSides(shape, weights.length, window)
  const channels = Array.from({ length: shape[2] }, (_, channel) => channel)
  let pairs = channels.map((channel) => [channelOf(a, shape, channel), channelOf(b, shape, channel)] as const)
  let product = 1
  weights.forEach((weight, scale) => {
    const last = scale === weights.length - 1
    let sum = 0
    for (const [x, y] of pairs) sum += last ? lastTerm(x, y) : contrastTerm(x, y)
    product *= settled(sum / pairs.length, negative) ** weight
    if (!last) pairs = pairs.map(([x, y]) => [halved(x), halved(y)])
  })
  return product

  function contrastTerm(x: Plane, y: Plane): number {
    return planeSimilarity(x, y, window.weights, range).contrast
  }
  function lastTerm(x: Plane, y: Plane): number {
    const [u, v] = [bordered(x, border, window), bordered(y, border, window)]
    return planeSimilarity(u, v, window.weights, range).similarity
  }
}

/** The smallest side of an image whose last scale still holds a window. */
export function smallestSide(scales: number, window: SsimWindow): number {
  return window.weights.length * 2 ** (scales - 1)
}

/** The most scales, up to `most`, that images of these sides allow; 0 where not even one window fits. */
export function scalesThatFit([height, width]: ImageShape, window: SsimWindow, most: number): number {
  let scales = 0
  while (scales < most && smallestSide(scales + 1, window) <= Math.min(height, width)) scales++
  return scales
}

/** The first weights, made to sum to 1: MS-SSIM of fewer scales. */
export function weightsOfScales(scales: number): number[] {
  const first = msSsimWeights.slice(0, scales)
  const sum = first.reduce((total, weight) => total + weight, 0)
  return scales === msSsimWeights.length ? first : first.map((weight) => weight / sum)
}

function settled(term: number, negative: NegativeTerms): number {
  if (negative === "simple") return (term + 1) / 2
  return negative === "relu" ? Math.max(0, term) : term
}

function requireSides(shape: ImageShape, scales: number, window: SsimWindow): void {
  if (scales === 0) throw new RangeError("Expected at least 1 scale for MS-SSIM, but got 0; give weights.")
  const [height, width] = shape
  const side = smallestSide(scales, window)
  if (Math.min(height, width) >= side) return
  const fitting = scalesThatFit(shape, window, scales)
  const counted = (number: number) => `${number} scale${number > 1 ? "s" : ""}`
  const advice = fitting > 0 ? `take ${counted(fitting)} or ` : "use larger images or "
  throw new RangeError(
    `Expected images of at least ${side}x${side} pixels for MS-SSIM of ${counted(scales)} with a window of side ` +
      `${window.weights.length}, but got ${height}x${width}; ${advice}a smaller window.`,
  )
}
