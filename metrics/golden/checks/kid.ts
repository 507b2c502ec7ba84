import { addRows, noRows } from "../../maths/features/featureRows.ts"
import { gaussianKernel } from "../../maths/features/kernel.ts"
import { kidKernel, kidOver, polynomialKernel } from "../../maths/features/kernelInceptionDistance.ts"
import {
  absolute,
  type GoldenArray,
  type GoldenCase,
  type GoldenCheck,
  largestDifference,
} from "../goldenFolder.ts"

/** Bandwidth of the Gaussian kernel that the topic's keys name. */
const gaussianKey = /^rbf_sigma(.+)$/

/** KID over the stored subsets, with the standard kernel and others. What each peer package returns is on record, not a target. */
export const kid: GoldenCheck = async (folder) => {
  const { cases } = await folder.topic("kid")
  const results: GoldenCase[] = []
  for (const { id, d, subset_size, inputs, expected, abs_tol, custom_kernel: custom, ...others } of cases) {
    const rows = async (entry: GoldenArray) =>
      addRows(noRows(d), Float64Array.from((await folder.array(entry)).values))
    const subsets = async (entry: GoldenArray) => {
      const { values } = await folder.array(entry)
      return Array.from({ length: values.length / subset_size }, (_, i) =>
        Int32Array.from(values.subarray(i * subset_size, (i + 1) * subset_size)),
      )
    }
    const sides = [await rows(inputs.features1), await rows(inputs.features2)] as const
    const places = [await subsets(inputs.idx1), await subsets(inputs.idx2)] as const
    const check = (name: string, result: ReturnType<typeof kidOver>, wanted: typeof expected): void => {
      const count = result.perSubset.length
      const add = (what: string, got: number, reference: number) =>
        results.push(absolute(`kid/${id}/${name}/${what}`, got, reference, abs_tol))
      add("per subset", largestDifference(result.perSubset, wanted.per_subset), 0)
      if (wanted.mean !== undefined) add("mean", result.mean, wanted.mean)
      if (wanted.std_ddof0 !== undefined) add("deviation", result.deviation, wanted.std_ddof0)
      if (wanted.std_ddof1 !== undefined) {
        add("deviation of a sample", result.deviation * Math.sqrt(count / (count - 1)), wanted.std_ddof1)
      }
    }
    check("polynomial", kidOver(...sides, ...places, kidKernel(d)), expected)
    if (custom !== undefined) {
      const kernel = polynomialKernel(custom.degree, custom.gamma, custom.coef0)
      check("other polynomial", kidOver(...sides, ...places, kernel), custom)
    }
    for (const [key, wanted] of Object.entries(others)) {
      const sigma = gaussianKey.exec(key)?.[1]
      if (sigma === undefined) continue
      check(`Gaussian ${sigma}`, kidOver(...sides, ...places, gaussianKernel(Number(sigma))), wanted)
    }
  }
  return results
}
