import type { ImageShape } from "./imageShape.ts"
import { channelOf, type Plane, reflectPadded } from "./plane.ts"
import { planeSimilarity } from "./planeSimilarity.ts"
import { gaussianWindow, type SsimWindow } from "./ssimWindow.ts"

/**
 * Which windows count. `valid`: those wholly inside the image (Wang et al. 2004, scikit-image, pytorch-msssim,
 * torchmetrics before 1.4.2). `reflect`: one around every pixel of the image, which is mirrored at its border
 * (torchmetrics since 1.4.2). The two give different numbers.
 */
export type SsimBorder = "valid" | "reflect"

export interface SsimOptions {
  /** From black to white, e.g. 1 for values in [0, 1] and 255 for bytes. */
  readonly range: number
  readonly border: SsimBorder
  /** `gaussianWindow(1.5)`, 11x11, where left out. */
  readonly window?: SsimWindow
}

/** The window of Wang et al. (2004), and of every package by default but scikit-image. */
export const usualWindow: SsimWindow = gaussianWindow(1.5)

/**
 * Structural similarity of two images (Wang, Bovik, Sheikh and Simoncelli 2004): per channel the mean over windows,
 * then the mean over channels; population covariance, K1 = 0.01, K2 = 0.03, in float64.
 *
 * @param a, b `[height, width, channels]`, row-major
 * @returns in [-1, 1]; 1 for equal images
 * @throws one sentence when a side is smaller than the window
 */
export function structuralSimilarity(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  shape: ImageShape,
  { range, border, window = usualWindow }: SsimOptions,
): number {
  requireWindowInside(shape, window)
  const [, , channels] = shape
  let total = 0
  for (let channel = 0; channel < channels; channel++) {
    const x = bordered(channelOf(a, shape, channel), border, window)
    const y = bordered(channelOf(b, shape, channel), border, window)
    total += planeSimilarity(x, y, window.weights, range).similarity
  }
  return total / channels
}

/** The plane such that the windows wholly inside it are those that count. */
export function bordered(plane: Plane, border: SsimBorder, { weights }: SsimWindow): Plane {
  return border === "valid" ? plane : reflectPadded(plane, (weights.length - 1) / 2)
}

function requireWindowInside([height, width]: ImageShape, { weights }: SsimWindow): void {
  const side = weights.length
  if (height < side || width < side) {
    throw new RangeError(
      `Expected images of at least ${side}x${side} pixels for SSIM, but got ${height}x${width}; use larger images, a smaller window or another metric.`,
    )
  }
}
