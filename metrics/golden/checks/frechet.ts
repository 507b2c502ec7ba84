import { addRows, noRows } from "../../maths/features/featureRows.ts"
import { frechetDistance, frechetDistanceOf, type Gaussian } from "../../maths/features/frechet.ts"
import { memorisationPenalty } from "../../maths/features/memorisation.ts"
import { addVectors, noMoments, settledMoments } from "../../maths/features/moments.ts"
import { absolute, type GoldenArray, type GoldenCase, type GoldenCheck, relative } from "../goldenFolder.ts"

/** Frechet distances from moments and from features, and MiFID. What each peer package returns is on record, not a target. */
export const frechet: GoldenCheck = async (folder) => {
  const { cases, mifid } = await folder.topic("frechet")
  const results: GoldenCase[] = []
  const reals = async (entry: GoldenArray) => Float64Array.from((await folder.array(entry)).values)
  for (const { id, kind, d, inputs, expected, abs_tol, abs_tol_svd_route } of cases) {
    if (kind === "moments") {
      const side = async (which: 1 | 2): Promise<Gaussian> => ({
        mean: await reals(inputs[`mu${which}`]),
        covariance: await reals(inputs[`sigma${which}`]),
      })
      const distance = frechetDistance(await side(1), await side(2))
      results.push(absolute(`frechet/${id}`, distance, expected, abs_tol))
      continue
    }
    const [a, b] = [await reals(inputs.features1), await reals(inputs.features2)]
    const [first, second] = [a, b].map((rows) => settledMoments(addVectors(noMoments(d), rows)))
    results.push(absolute(`frechet/${id}/moments`, frechetDistance(first!, second!), expected, abs_tol))
    const tolerance = abs_tol_svd_route ?? abs_tol
    results.push(absolute(`frechet/${id}/features`, frechetDistanceOf(a, b, d), expected, tolerance))
  }
  for (const { id, cosine_distance_eps, inputs, fid, expected, rel_tol, ...stored } of mifid ?? []) {
    const size = inputs.real.shape[1]
    const [real, fake] = [await reals(inputs.real), await reals(inputs.fake)]
    const distance = frechetDistanceOf(real, fake, size)
    const penalty = memorisationPenalty(
      addRows(noRows(size), real),
      addRows(noRows(size), fake),
      cosine_distance_eps,
    )
    results.push(relative(`frechet/mifid/${id}/fid`, distance, fid, rel_tol))
    results.push(
      relative(
        `frechet/mifid/${id}/distance`,
        penalty.distance,
        stored.mean_min_cosine_distance_thresholded,
        rel_tol,
      ),
    )
    results.push(relative(`frechet/mifid/${id}`, penalty.of(distance), expected, rel_tol))
  }
  return results
}
