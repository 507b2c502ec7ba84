/** A kernel of two vectors, as a function of either their squared distance or their inner product. */
export interface Kernel {
  /** For identities, e.g. `Gaussian, sigma 1.5`. */
  readonly name: string
  readonly of: "squaredDistance" | "innerProduct"
  at(value: number): number
}

/** `exp(-|x - y|^2 / (2 sigma^2))`. */
export function gaussianKernel(sigma: number): Kernel {
  return { ...gaussianSum([sigma]), name: `Gaussian, sigma ${sigma}` }
}

/** Sum over `sigmas` of Gaussian kernels, not divided by their number. */
export function gaussianSum(sigmas: readonly number[]): Kernel {
  if (sigmas.length === 0 || !sigmas.every((sigma) => sigma > 0)) {
    throw new RangeError(
      `Expected bandwidths above 0 for a Gaussian kernel, but got [${sigmas}]; equal samples have no median distance.`,
    )
  }
  const rates = sigmas.map((sigma) => -1 / (2 * sigma * sigma))
  return {
    name: `sum of Gaussians, sigmas ${sigmas.join(" ")}`,
    of: "squaredDistance",
    at(squaredDistance) {
      let sum = 0
      for (const rate of rates) sum += Math.exp(rate * squaredDistance)
      return sum
    },
  }
}

/** `x . y`, whose biased squared MMD is the squared distance of the means. */
export const linearKernel: Kernel = { name: "linear", of: "innerProduct", at: (product) => product }

/** The kernel of row `i` of `x` and row `j` of `y`, both `[rows, size]`, row-major. */
export function kernelOfRows(
  kernel: Kernel,
  x: ArrayLike<number>,
  i: number,
  y: ArrayLike<number>,
  j: number,
  size: number,
): number {
  return kernel.at(
    kernel.of === "innerProduct" ? innerProduct(x, i, y, j, size) : squaredDistanceOfRows(x, i, y, j, size),
  )
}

/** `|x_i - y_j|^2` by direct differences: zero for equal rows, which sums of squares are not. */
export function squaredDistanceOfRows(
  x: ArrayLike<number>,
  i: number,
  y: ArrayLike<number>,
  j: number,
  size: number,
): number {
  let sum = 0
  const a = i * size
  const b = j * size
  for (let k = 0; k < size; k++) {
    const difference = x[a + k]! - y[b + k]!
    sum += difference * difference
  }
  return sum
}

function innerProduct(
  x: ArrayLike<number>,
  i: number,
  y: ArrayLike<number>,
  j: number,
  size: number,
): number {
  let sum = 0
  for (let k = 0; k < size; k++) sum += x[i * size + k]! * y[j * size + k]!
  return sum
}

/** The number of rows of `[rows, size]`. Throws one sentence unless it is a whole number of at least `least`. */
export function rowsOf(values: ArrayLike<number>, size: number, least: number): number {
  const rows = values.length / size
  if (!Number.isInteger(rows) || rows < least) {
    throw new RangeError(
      `Expected at least ${least} row${least === 1 ? "" : "s"} of ${size} features, but got ${values.length} numbers; check the number of features or judge more samples.`,
    )
  }
  return rows
}
