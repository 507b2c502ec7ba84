import { stream } from "@saddlepoint/engine/random"
import type { FeatureRows } from "./featureRows.ts"
import type { Kernel } from "./kernel.ts"
import {
  everyPlace,
  type Places,
  sumsAcross,
  sumsOfRows,
  sumsWithin,
  sumsWithinCounted,
} from "./kernelSums.ts"

/** `(gamma x . y + offset)^degree`. */
export function polynomialKernel(degree: number, gamma: number, offset: number): Kernel {
  return {
    name: `polynomial, degree ${degree}, gamma ${gamma}, offset ${offset}`,
    of: "innerProduct",
    at(product) {
      const base = gamma * product + offset
      let power = base
      for (let i = 1; i < degree; i++) power *= base
      return power
    },
  }
}

/** The kernel of KID: `(x . y / size + 1)^3` (Binkowski et al. 2018, equation 3). */
export const kidKernel = (size: number): Kernel => polynomialKernel(3, 1 / size, 1)

/** KID over subsets, as torch-fidelity and torchmetrics report it. */
export interface SubsetKid {
  /** Mean over subsets of the unbiased squared MMD; may be slightly negative. */
  readonly mean: number
  /** Standard deviation over subsets, divided by their number. Subsets overlap, so it is no standard error of `mean`. */
  readonly deviation: number
  readonly perSubset: Float64Array
}

export interface KidSubsets {
  /** 100 where left out. */
  readonly subsets?: number
  /** Vectors a side; 1000 where left out. */
  readonly subsetSize?: number
  /** Of the streams that draw the subsets. */
  readonly seed: number
}

/**
 * Kernel inception distance over random subsets, each drawn without replacement.
 *
 * @throws one sentence when a side has fewer vectors than a subset
 */
export function subsetKid(a: FeatureRows, b: FeatureRows, options: KidSubsets): SubsetKid {
  const { subsets = 100, subsetSize = 1000, seed } = options
  const smaller = Math.min(a.count, b.count)
  if (smaller < subsetSize) {
    throw new RangeError(
      `Expected at least ${subsetSize} vectors on each side, one subset of KID, but got ${a.count} and ${b.count}; ` +
        "use smaller subsets (subsetSize) or all vectors at once (fullKid).",
    )
  }
  const draw = (side: string, count: number) =>
    Array.from({ length: subsets }, (_, subset) => drawPlaces(count, subsetSize, seed, "kid", side, subset))
  return kidOver(a, b, draw("first", a.count), draw("second", b.count), kidKernel(a.size))
}

/**
 * KID over given subsets, with any kernel.
 *
 * @throws one sentence unless both sides have equally many features and subsets, at least one, and each 2 vectors or more
 */
export function kidOver(
  a: FeatureRows,
  b: FeatureRows,
  subsetsOfA: readonly Places[],
  subsetsOfB: readonly Places[],
  kernel: Kernel,
): SubsetKid {
  if (a.size !== b.size) {
    throw new RangeError(
      `Expected equally many features on both sides of KID, but got ${a.size} and ${b.size}; ` +
        "features of one network and one tap are compared.",
    )
  }
  if (
    subsetsOfA.length === 0 ||
    subsetsOfA.length !== subsetsOfB.length ||
    ![...subsetsOfA, ...subsetsOfB].every(({ length }) => length >= 2)
  ) {
    throw new RangeError(
      `Expected as many subsets of KID on either side, each of at least 2 vectors, but got ${subsetsOfA.length} and ` +
        `${subsetsOfB.length}, the smallest of ${smallest([...subsetsOfA, ...subsetsOfB])}; take more or larger subsets.`,
    )
  }
  const withinA = sumsWithin(a, subsetsOfA, kernel)
  const withinB = sumsWithin(b, subsetsOfB, kernel)
  const across = sumsAcross(a, b, subsetsOfA, subsetsOfB, kernel)
  const perSubset = across.map((sum, i) => {
    const [n, m] = [subsetsOfA[i]!.length, subsetsOfB[i]!.length]
    return withinA[i]! / (n * (n - 1)) + withinB[i]! / (m * (m - 1)) - (2 * sum) / (n * m)
  })
  const mean = perSubset.reduce((sum, value) => sum + value, 0) / perSubset.length
  const squares = perSubset.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: Math.sqrt(squares / perSubset.length), perSubset }
}

function smallest(subsets: readonly Places[]): number {
  return subsets.reduce((least, { length }) => Math.min(least, length), subsets[0]?.length ?? 0)
}

/**
 * The unbiased squared MMD of all vectors of both sides under the kernel of KID (Gretton et al. 2012, equation 3): what the
 * mean over subsets estimates, without a draw. The sides may differ in number.
 */
export function fullKid(a: FeatureRows, b: FeatureRows): number {
  if (Math.min(a.count, b.count) < 2) {
    throw new RangeError(
      `Expected at least 2 vectors on each side of KID, but got ${a.count} and ${b.count}; judge more images.`,
    )
  }
  return kidOver(a, b, [everyPlace(a)], [everyPlace(b)], kidKernel(a.size)).mean
}

/** KID of any number of generated sets beside one real set, whose own kernels are summed once. */
export interface KidBeside {
  /** `fullKid`. */
  of(generated: FeatureRows): number
  /**
   * `fullKid` of multisets of generated vectors, each told by how often it holds every vector; no kernel is computed twice.
   * @param counts of at least 2 in all
   */
  ofCounted(generated: FeatureRows, counts: readonly Uint32Array[]): readonly number[]
}

/** `fullKid` beside a real set. */
export function kidBeside(real: FeatureRows): KidBeside {
  const kernel = kidKernel(real.size)
  const m = real.count
  let known: number | undefined
  /** The real set's part, on first use. */
  const own = () => {
    known ??= sumsWithin(real, [everyPlace(real)], kernel)[0]! / (m * (m - 1))
    return known
  }
  const require = (generated: FeatureRows) => {
    if (Math.min(generated.count, m) < 2 || generated.size !== real.size) fullKid(generated, real)
  }
  return {
    of(generated) {
      require(generated)
      const n = generated.count
      const within = sumsWithin(generated, [everyPlace(generated)], kernel)[0]!
      const across = sumsAcross(generated, real, [everyPlace(generated)], [everyPlace(real)], kernel)[0]!
      return within / (n * (n - 1)) + own() - (2 * across) / (n * m)
    },
    ofCounted(generated, counts) {
      require(generated)
      const across = sumsOfRows(generated, real, kernel)
      return Array.from(sumsWithinCounted(generated, counts, kernel), (within, at) => {
        const count = counts[at]!
        const n = count.reduce((sum, times) => sum + times, 0)
        const toReal = across.reduce((sum, value, i) => sum + count[i]! * value, 0)
        return within / (n * (n - 1)) + own() - (2 * toReal) / (n * m)
      })
    },
  }
}

/** Different places below `count`, drawn from a named stream (the first steps of Fisher and Yates' shuffle). */
export function drawPlaces(count: number, size: number, ...key: readonly (string | number)[]): Places {
  const source = stream(...key)
  const moved = new Map<number, number>()
  return Int32Array.from({ length: size }, (_, i) => {
    const other = i + source.integer(count - i)
    const place = moved.get(other) ?? other
    moved.set(other, moved.get(i) ?? i)
    return place
  })
}
