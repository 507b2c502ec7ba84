import type { PlainTensor } from "../contracts/loss.ts"

/** What the definition needs to know of the loss. */
interface Ssim {
  /** Of a window's row, and of its column. */
  readonly weights: readonly number[]
  /** What is added to values in [-1, 1] before their means are taken. */
  readonly shift: number
  readonly luminanceConstant: number
  readonly contrastConstant: number
}

/**
 * `1 - SSIM` of one image `[1, height, width, channels]` in plain numbers, window by window as it is written down (Wang et al. 2004, equation 13):
 * `(2 mx my + C1) (2 cov + C2) / ((mx^2 + my^2 + C1) (vx + vy + C2))`, mean over whole windows and channels.
 */
export function plainDissimilarity(output: PlainTensor, target: PlainTensor, ssim: Ssim): number {
  const [, height, width, channels] = output.shape as [number, number, number, number]
  const side = ssim.weights.length
  let sum = 0
  let count = 0
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row + side <= height; row++) {
      for (let column = 0; column + side <= width; column++) {
        const valuesIn = ({ values }: PlainTensor) =>
          ssim.weights.flatMap((_, down) =>
            ssim.weights.map(
              (_, right) =>
                values[((row + down) * width + column + right) * channels + channel]! + ssim.shift,
            ),
          )
        sum += similarity(valuesIn(output), valuesIn(target), ssim)
        count++
      }
    }
  }
  return 1 - sum / count
}

/** SSIM of two windows. */
function similarity(x: readonly number[], y: readonly number[], ssim: Ssim): number {
  const { weights, luminanceConstant, contrastConstant } = ssim
  const each = weights.flatMap((down) => weights.map((right) => down * right))
  const mean = (of: (at: number) => number) => each.reduce((sum, weight, at) => sum + weight * of(at), 0)
  const [mx, my] = [mean((at) => x[at]!), mean((at) => y[at]!)]
  const vx = mean((at) => (x[at]! - mx) ** 2)
  const vy = mean((at) => (y[at]! - my) ** 2)
  const covariance = mean((at) => (x[at]! - mx) * (y[at]! - my))
  return (
    ((2 * mx * my + luminanceConstant) * (2 * covariance + contrastConstant)) /
    ((mx ** 2 + my ** 2 + luminanceConstant) * (vx + vy + contrastConstant))
  )
}
