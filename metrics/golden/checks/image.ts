import { meanAbsoluteDifference, meanSquaredDifference } from "../../maths/images/meanDifferences.ts"
import {
  type MultiScaleOptions,
  msSsimWeights,
  multiScaleSimilarity,
} from "../../maths/images/multiScaleSimilarity.ts"
import { type ImagesPsnrOptions, imagesPsnr } from "../../maths/images/peakSignalToNoise.ts"
import { channelOf } from "../../maths/images/plane.ts"
import { planeSimilarity } from "../../maths/images/planeSimilarity.ts"
import { gaussianWindow, uniformWindow } from "../../maths/images/ssimWindow.ts"
import { type SsimOptions, structuralSimilarity } from "../../maths/images/structuralSimilarity.ts"
import { absolute, type GoldenCase, type GoldenCheck } from "../goldenFolder.ts"
import { pixelsOf } from "../planes.ts"

/** SSIM, MS-SSIM, PSNR and mean errors of pairs of images. The names of the references say the convention. */
export const image: GoldenCheck = async (folder) => {
  const { cases, constants } = await folder.topic("image")
  const found: GoldenCase[] = []
  for (const { id, inputs, expected, abs_tol } of cases) {
    const a = imagesIn(await folder.array(inputs.a_uint8))
    const b = imagesIn(await folder.array(inputs.b_uint8))
    for (const [key, reference] of Object.entries<number | string | readonly number[]>(expected)) {
      const references = Array.isArray(reference) ? reference : [reference as number]
      const values = recomputed(key, a, b, constants.msssim_betas)
      references.forEach((wanted, i) => {
        const name = `image/${id}/${key}${references.length > 1 ? `/${i}` : ""}`
        const candidates = values.map((given) => absolute(name, given[i] ?? Number.NaN, wanted, abs_tol))
        found.push(candidates.reduce((best, other) => (other.error < best.error ? other : best)))
      })
      if (values.some((given) => given.length !== references.length)) {
        found.push({ case: `image/${id}/${key}/count`, error: Number.NaN, tolerance: abs_tol })
      }
    }
  }
  return found
}

/** Images in [0, 1] with their channels last, and the shape of one. */
interface Images {
  readonly images: readonly Float64Array[]
  readonly shape: readonly [number, number, number]
}

function imagesIn({ values, shape }: { values: ArrayLike<number>; shape: readonly number[] }): Images {
  const [count, channels, height, width] = shape as [number, number, number, number]
  const size = channels * height * width
  const images = Array.from({ length: count }, (_, i) => {
    const pixels = pixelsOf((values as Uint8Array).subarray(i * size, (i + 1) * size), [
      channels,
      height,
      width,
    ])
    return Float64Array.from(pixels, (byte) => byte / 255)
  })
  return { images, shape: [height, width, channels] }
}

/**
 * What a reference's name asks for: one number for each image, or one for all. In decibels there are two candidates,
 * see `decibels`; the nearer one counts.
 */
function recomputed(key: string, a: Images, b: Images, usualWeights: readonly number[]): number[][] {
  const all = ({ images }: Images) => Float64Array.from(images.flatMap((values) => [...values]))
  if (key === "mse") return [[meanSquaredDifference(all(a), all(b))]]
  if (key === "mae") return [[meanAbsoluteDifference(all(a), all(b))]]
  if (key.startsWith("psnr")) return psnrs(key, a, b)
  if (key.startsWith("msssim")) return [[multiScale(key, a, b, usualWeights)]]
  if (key.startsWith("contrast_sensitivity")) {
    return [forEachImage(a, b, (x, y) => contrast(x, y, a.shape))]
  }
  if (key === "ssim_self") {
    const options = { range: 1, border: "reflect" } as const
    return [[mean(forEachImage(a, a, (x, y) => structuralSimilarity(x, y, a.shape, options)))]]
  }
  if (key.startsWith("ssim")) return [similarities(key, a, b)]
  throw new Error(
    `Expected references named mse, mae, psnr, ssim, msssim or contrast_sensitivity in image.json, but got ${key}; add it to the check.`,
  )
}

function similarities(key: string, a: Images, b: Images): number[] {
  const uniform = /ssim_uniform_(\d+)/.exec(key)
  const sigma = /ssim_gauss_s([\d.]+)/.exec(key)
  const bytes = /data_range=(\d+(?:\.\d+)?)/.exec(key)
  const ofBatch = key.includes("data_range=None")
  const scale = bytes ? Number(bytes[1]) : 1
  const scaled = (values: Float64Array) => values.map((value) => value * scale)
  const options: SsimOptions = {
    range: ofBatch ? Math.max(spread(a), spread(b)) : scale,
    border: key.includes("cropped") ? "valid" : "reflect",
    window: uniform ? uniformWindow(Number(uniform[1])) : gaussianWindow(sigma ? Number(sigma[1]) : 1.5),
  }
  const values = forEachImage(a, b, (x, y) => structuralSimilarity(scaled(x), scaled(y), a.shape, options))
  return key.includes("per image") ? values : [mean(values)]
}

function multiScale(key: string, a: Images, b: Images, usualWeights: readonly number[]): number {
  const listed = /betas \(([^)]*)\)/.exec(key)
  const weights = listed ? listed[1]!.split(",").map(Number) : (usualWeights ?? msSsimWeights)
  const word = /normalize_(\w+)/.exec(key)?.[1] ?? "relu"
  const options: MultiScaleOptions = {
    range: 1,
    border: "reflect",
    negative: word === "None" ? "none" : (word as "relu" | "simple"),
    // torchmetrics holds the weights in float32.
    weights: weights.map(Math.fround),
  }
  return mean(forEachImage(a, b, (x, y) => multiScaleSimilarity(x, y, a.shape, options)))
}

function psnrs(key: string, a: Images, b: Images): number[][] {
  const clamped = /data_range=\(([^,]+),([^)]+)\)/.exec(key)
  const range = clamped
    ? ([Number(clamped[1]), Number(clamped[2])] as const)
    : Number(/data_range_([\d.]+)/.exec(key)?.[1] ?? 1)
  const reduction = key.includes("per image") ? "perImage" : "global"
  const options: ImagesPsnrOptions = { range, reduction, imageSize: a.images[0]!.length }
  const all = ({ images }: Images) => Float64Array.from(images.flatMap((values) => [...values]))
  const given =
    key.includes("per image") && !key.includes("mean")
      ? forEachImage(a, b, (x, y) => imagesPsnr(x, y, options))
      : [imagesPsnr(all(a), all(b), options)]
  return [given, given.map((value) => withPeersConstants(value, range))]
}

/**
 * torchmetrics takes `(2 ln range - ln error) * 10 / ln 10` with 10 / ln 10, and the range of a tuple with its
 * logarithm, in float32, which moves its decibels by about 1e-6. References that carry this are met with the same
 * constants.
 */
function withPeersConstants(decibels: number, range: number | readonly [number, number]): number {
  const width = typeof range === "number" ? range : range[1] - range[0]
  const logWidth = typeof range === "number" ? Math.log(width) : Math.fround(Math.log(Math.fround(width)))
  const logError = 2 * Math.log(width) - (decibels * Math.LN10) / 10
  return (2 * logWidth - logError) * Math.fround(10 / Math.fround(Math.LN10))
}

function contrast(x: Float64Array, y: Float64Array, shape: Images["shape"]): number {
  const { weights } = gaussianWindow(1.5)
  const channels = Array.from({ length: shape[2] }, (_, channel) => {
    return planeSimilarity(channelOf(x, shape, channel), channelOf(y, shape, channel), weights, 1).contrast
  })
  return mean(channels)
}

function forEachImage(a: Images, b: Images, measure: (x: Float64Array, y: Float64Array) => number): number[] {
  return a.images.map((x, i) => measure(x, b.images[i]!))
}

function spread({ images }: Images): number {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const values of images) {
    for (const value of values) {
      lowest = Math.min(lowest, value)
      highest = Math.max(highest, value)
    }
  }
  return highest - lowest
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
