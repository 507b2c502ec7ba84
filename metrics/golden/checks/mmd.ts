import { linearTimeMmd } from "../../analysis/domains/linearTimeMmd.ts"
import { medianHeuristic } from "../../analysis/domains/medianHeuristic.ts"
import { mmd as estimate, type MmdEstimator } from "../../analysis/domains/mmd.ts"
import { multiKernelMmd } from "../../analysis/domains/multiKernelMmd.ts"
import { gaussianKernel, gaussianSum, type Kernel, linearKernel } from "../../maths/features/kernel.ts"
import { absolute, type GoldenCase, type GoldenCheck } from "../goldenFolder.ts"

/** MMD in all its conventions. Bandwidths are read from the references' names, e.g. `gaussian_sigma_1_5` for 1.5. */
export const mmd: GoldenCheck = async (folder) => {
  const { inputs, expected, abs_tol } = await folder.topic("mmd")
  const { values: x, shape } = await folder.array(inputs.X)
  const { values: y } = await folder.array(inputs.Y)
  const size = shape[1]!
  const [first, second] = [Float64Array.from(x), Float64Array.from(y)]
  const found: GoldenCase[] = []
  const compare = (key: string, got: number, wanted: number | string) =>
    found.push(absolute(`mmd/${key}`, got, wanted, abs_tol))
  const estimators = (key: string, kernel: Kernel, rows = Number.POSITIVE_INFINITY) => {
    const [a, b] = [first, second].map((values) => values.subarray(0, rows * size))
    for (const [word, wanted] of Object.entries<number>(expected[key])) {
      const estimator = estimatorOf[word]
      if (estimator !== undefined)
        compare(`${key}/${word}`, estimate(a!, b!, size, kernel, estimator), wanted)
    }
  }
  const names = Object.keys(expected)
  const gaussian = names.map((key) => /^gaussian_sigma_([\d_]+)$/.exec(key)).find((match) => match !== null)
  for (const key of names) {
    const entry = expected[key]
    const equal = /^equal_size_first_(\d+)$/.exec(key)
    if (key.startsWith("gaussian_sigma_")) estimators(key, gaussianKernel(bandwidth(key)))
    else if (key === "median_heuristic") {
      const sigma = medianHeuristic(first, second, size)
      compare(`${key}/sigma`, sigma, entry.sigma_median_of_pooled_pairwise_distances)
      estimators(key, gaussianKernel(sigma))
    } else if (key === "multi_sigma_sum") estimators(key, gaussianSum(entry.sigmas))
    else if (key === "linear_kernel") estimators(key, linearKernel)
    else if (equal && gaussian) estimators(key, gaussianKernel(bandwidth(gaussian[0])), Number(equal[1]))
    else if (key.startsWith("linear_time_sigma_")) {
      const rows = 2 * entry.pairs * size
      const [a, b] = [first.subarray(0, rows), second.subarray(0, rows)]
      const { value, variance, standardError, pairs } = linearTimeMmd(
        a,
        b,
        size,
        gaussianKernel(bandwidth(key)),
      )
      compare(`${key}/pairs`, pairs, entry.pairs)
      compare(`${key}/value`, value, entry.value)
      compare(`${key}/variance`, variance, entry.variance_of_h_ddof1)
      compare(`${key}/se`, standardError, entry.se)
    } else if (key.startsWith("tllib_mkmmd_linear_")) {
      const rows = Math.min(first.length, second.length)
      const [a, b] = [first.subarray(0, rows), second.subarray(0, rows)]
      const options = { alphas: entry.alphas, linear: key.endsWith("True") }
      compare(key, multiKernelMmd(a, b, size, options), entry.value)
    } else compare(key, Number.NaN, 0) // A reference that this check does not know fails.
  }
  return found
}

const estimatorOf: Readonly<Record<string, MmdEstimator>> = {
  biased: "biased",
  unbiased: "unbiased",
  "u-statistic": "uStatistic",
}

function bandwidth(key: string): number {
  return Number(/sigma_([\d_]+)$/.exec(key)![1]!.replace("_", "."))
}
