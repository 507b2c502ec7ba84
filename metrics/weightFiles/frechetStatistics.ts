import { writeFile } from "node:fs/promises"
import type { Gaussian } from "../maths/features/frechet.ts"
import { type Allowance, allowance, type WeightFileLimits } from "./allowance.ts"
import { type ByteSource, bytesInMemory } from "./byteSource.ts"
import type { NpyArray } from "./npy.ts"
import { encodeNpz, readNpz } from "./npz.ts"
import { openWeightFile } from "./openWeightFile.ts"
import { WeightFileError } from "./weightFileError.ts"
import { openZip } from "./zip.ts"

/**
 * Reads the statistics file of pytorch-fid, clean-fid and TTUR: a .npz with `mu` `[size]` and `sigma` `[size, size]`.
 *
 * @throws WeightFileError when the file is missing or damaged, or when the arrays are no mean and covariance: shapes,
 *   values that are not finite, a negative variance, or a `sigma` that is not symmetric
 */
export async function readFrechetStatistics(
  path: string,
  { limits = {} }: { readonly limits?: Partial<WeightFileLimits> } = {},
): Promise<Gaussian> {
  const file = await openWeightFile(path)
  try {
    return statisticsOf(file.source, allowance(limits))
  } finally {
    await file.close()
  }
}

/** Writes the statistics file, which pytorch-fid reads in place of a folder of images. */
export async function writeFrechetStatistics(path: string, statistics: Gaussian): Promise<void> {
  await writeFile(path, encodeFrechetStatistics(statistics))
}

/** The statistics of a file in memory; see `readFrechetStatistics`. */
export function decodeFrechetStatistics(bytes: Uint8Array, limits: Partial<WeightFileLimits> = {}): Gaussian {
  return statisticsOf(bytesInMemory(bytes), allowance(limits))
}

/** The bytes of the statistics file: float64, equal statistics give equal bytes. */
export function encodeFrechetStatistics({ mean, covariance }: Gaussian): Buffer {
  return encodeNpz(
    new Map([
      ["mu", { shape: [mean.length], values: mean }],
      ["sigma", { shape: [mean.length, mean.length], values: covariance }],
    ]),
  )
}

function statisticsOf(source: ByteSource, memory: Allowance): Gaussian {
  const arrays = readNpz(openZip(source, memory), memory)
  const [mu, sigma] = [arrays.get("mu"), arrays.get("sigma")]
  if (mu === undefined || sigma === undefined) {
    throw new WeightFileError(
      `Expected arrays mu and sigma in a file of FID statistics but got [${[...arrays.keys()].slice(0, 8)}]; write it with pytorch-fid --save-stats or writeFrechetStatistics.`,
    )
  }
  const [size = 0] = mu.shape
  if (size === 0 || mu.shape.length !== 1 || sigma.shape.join() !== `${size},${size}`) {
    throw new WeightFileError(
      `Expected mu of shape [size] and sigma of shape [size, size] but got [${mu.shape}] and [${sigma.shape}]; write the statistics again.`,
    )
  }
  requireCovariance(sigma, size)
  requireFinite("mu", mu)
  return { mean: Float64Array.from(mu.values), covariance: Float64Array.from(sigma.values) }
}

/** Largest asymmetry, relative to the largest variance: float32 covariances of other packages round to about 1e-7. */
const asymmetry = 1e-5

function requireCovariance(sigma: NpyArray, size: number): void {
  requireFinite("sigma", sigma)
  const { values } = sigma
  let largest = 0
  for (let i = 0; i < size; i++) {
    const variance = values[i * size + i]!
    if (variance < 0) {
      throw new WeightFileError(
        `Expected variances of at least 0 on the diagonal of sigma but got ${variance} for feature ${i}; write the statistics again.`,
      )
    }
    largest = Math.max(largest, variance)
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const [below, above] = [values[i * size + j]!, values[j * size + i]!]
      if (Math.abs(below - above) > asymmetry * largest) {
        throw new WeightFileError(
          `Expected a symmetric sigma but entries [${i}, ${j}] and [${j}, ${i}] are ${below} and ${above}; write the statistics again.`,
        )
      }
    }
  }
}

function requireFinite(name: string, { values }: NpyArray): void {
  const at = values.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) {
    throw new WeightFileError(
      `Expected finite values in ${name} but got ${values[at]} at index ${at}; some features were not finite, write the statistics again.`,
    )
  }
}
