import { modeCoverage } from "../../analysis/samples/modeCoverage.ts"
import { absolute, type GoldenCase, type GoldenCheck } from "../goldenFolder.ts"

/** Mode coverage of points on mixtures of Gaussians. The radius stands in the text `threshold`. */
export const modes: GoldenCheck = async (folder) => {
  const { cases, abs_tol } = await folder.topic("modes")
  const found: GoldenCase[] = []
  for (const { id, inputs, std, threshold, expected } of cases) {
    const samples = Float64Array.from((await folder.array(inputs.samples)).values)
    const centres = await folder.array(inputs.centres)
    const mixture = { centres: Float64Array.from(centres.values), size: centres.shape[1]!, deviation: std }
    const radius = Number(/<\s*([\d.]+)\s*\*\s*std/.exec(threshold)?.[1] ?? Number.NaN)
    const covered = modeCoverage(samples, mixture, { radius })
    const values: Readonly<Record<string, number | readonly number[]>> = {
      modes_covered: covered.modes,
      high_quality_fraction: covered.highQualityShare,
      counts_high_quality: covered.highQuality,
      counts_nearest: covered.nearest,
      entropy_nats: covered.entropy,
      kl_to_uniform_nats: covered.klToUniform,
      js_to_uniform_nats: covered.jsToUniform,
    }
    for (const [key, wanted] of Object.entries<number | readonly number[]>(expected)) {
      const least = /^modes_with_at_least_(\d+)_hq$/.exec(key)
      const got = least
        ? modeCoverage(samples, mixture, { radius, minimumCount: Number(least[1]) }).modes
        : (values[key] ?? Number.NaN)
      const references = [wanted].flat()
      const recomputed = [got].flat()
      references.forEach((reference, i) => {
        const name = `modes/${id}/${key}${references.length > 1 ? `/${i}` : ""}`
        found.push(absolute(name, recomputed[i] ?? Number.NaN, reference, abs_tol))
      })
    }
  }
  return found
}
