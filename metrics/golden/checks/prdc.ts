import { addRows, noRows } from "../../maths/features/featureRows.ts"
import { squaredRadii } from "../../maths/features/neighbourRadii.ts"
import { type PrecisionRecall, precisionRecall, realism } from "../../maths/features/precisionRecall.ts"
import { prepareAlone } from "../../maths/features/preparedRows.ts"
import {
  absolute,
  type GoldenArray,
  type GoldenCase,
  type GoldenCheck,
  largestDifference,
} from "../goldenFolder.ts"

/** Neighbours of the stored realism, which its key does not name. */
const realismNeighbours = 3

/** Precision, recall, density and coverage by exact distances, for both comparisons; radii and realism. What peer packages make of ties is on record, not a target. */
export const prdc: GoldenCheck = async (folder) => {
  const { cases, abs_tol } = await folder.topic("prdc")
  const results: GoldenCase[] = []
  for (const { id, d, inputs, expected, ...stored } of cases) {
    const rows = async (entry: GoldenArray) =>
      addRows(noRows(d), Float64Array.from((await folder.array(entry)).values))
    const [real, fake] = [await rows(inputs.real), await rows(inputs.fake)]
    for (const [key, wanted] of Object.entries<Record<string, number>>(expected)) {
      const [, comparison, k] = /^exact_(lt|le)_k(\d+)$/.exec(key) ?? []
      if (comparison === undefined) continue
      const got = precisionRecall(real, fake, {
        neighbours: Number(k),
        inside: comparison === "lt" ? "<" : "<=",
      })
      for (const [name, value] of Object.entries(wanted)) {
        results.push(
          absolute(`prdc/${id}/${key}/${name}`, got[name as keyof PrecisionRecall], value, abs_tol),
        )
      }
    }
    for (const [key, wanted] of Object.entries<number[]>(stored)) {
      const k = /^radius_k(\d+)_real_first/.exec(key)?.[1]
      const first = (values: Float64Array) => largestDifference(values.subarray(0, wanted.length), wanted)
      if (k !== undefined) {
        const radii = squaredRadii(prepareAlone(real), Number(k)).map(Math.sqrt)
        results.push(absolute(`prdc/${id}/${key}`, first(radii), 0, abs_tol))
      } else if (key.startsWith("realism_first")) {
        // A ratio, up to 1e5 where vectors are equal: the difference counts relative to the largest.
        const largest = wanted.reduce((a, b) => Math.max(a, b), 1)
        const error = first(realism(real, fake, realismNeighbours)) / largest
        results.push({ case: `prdc/${id}/${key}`, error, tolerance: abs_tol })
      }
    }
  }
  return results
}
