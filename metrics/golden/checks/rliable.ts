import { stream } from "@saddlepoint/engine/random"
import {
  improvementByTask,
  probabilityOfImprovement,
} from "../../analysis/statistics/probabilityOfImprovement.ts"
import {
  interquartileMean,
  meanOfTasks,
  medianOfTasks,
  optimalityGap,
  type ScoreMatrix,
} from "../../analysis/statistics/scoreMatrix.ts"
import { averageScoreDistribution, scoreDistribution } from "../../analysis/statistics/scoreProfile.ts"
import { stratifiedInterval, withRuns } from "../../analysis/statistics/stratifiedBootstrap.ts"
import { type BootstrapMethod, bootstrap, bootstrapInterval } from "../../maths/statistics/bootstrap.ts"
import { mean } from "../../maths/statistics/mean.ts"
import { quantileOfSorted } from "../../maths/statistics/quantile.ts"
import {
  type ArrayFile,
  absolute,
  type GoldenCase,
  type GoldenCheck,
  type GoldenFolder,
} from "../goldenFolder.ts"

/** rliable's confidence, which its files do not repeat. */
const ALPHA = 0.05

/** The aggregate of a name such as `iqm` or `optimality_gap_1`, where the goal, by default 1, comes last. */
function aggregateOf(name: string): (scores: ScoreMatrix) => number {
  const goal = /^optimality_gap(?:_(.+))?$/.exec(name)
  if (goal !== null) return (scores) => optimalityGap(scores, Number(goal[1] ?? 1))
  const aggregate = { median: medianOfTasks, iqm: interquartileMean, mean: meanOfTasks }[name]
  if (aggregate === undefined) throw new Error(`Expected an aggregate that rliable has, but got "${name}".`)
  return aggregate
}

/** Resampling indices as rows of one repetition each. */
async function repetitions(folder: GoldenFolder, file: ArrayFile): Promise<ArrayLike<number>[]> {
  const { values, shape } = await folder.array(file)
  const size = values.length / shape[0]!
  return Array.from({ length: shape[0]! }, (_, i) => values.subarray(i * size, (i + 1) * size))
}

/** Aggregates, stratified bootstrap, profiles and improvement as rliable has them; bootstrap intervals as arch has. */
export const rliable: GoldenCheck = async (folder) => {
  const topic = await folder.topic("rliable")
  const cases: GoldenCase[] = []
  const equal = (name: string, got: number, expected: number | string, tolerance = topic.abs_tol) =>
    cases.push(absolute(`rliable/${name}`, got, expected, tolerance))
  const ends = (name: string, values: readonly number[], low: number, high: number) => {
    const sorted = Float64Array.from(values).sort()
    equal(`${name}/lower`, quantileOfSorted(sorted, ALPHA / 2), low)
    equal(`${name}/upper`, quantileOfSorted(sorted, 1 - ALPHA / 2), high)
  }

  for (const entry of topic.cases) {
    const { id, scores, bootstrap: stratified, profile, probability_of_improvement: improvement } = entry
    for (const [name, value] of Object.entries<number>(entry.aggregates)) {
      equal(`${id}/${name}`, aggregateOf(name)(scores), value)
    }

    const drawn = (await repetitions(folder, stratified.indices)).map((indices) => withRuns(scores, indices))
    const order: readonly string[] = stratified.order
    order.forEach((name, i) => {
      const values = drawn.map(aggregateOf(name))
      ends(`${id}/bootstrap/${name}`, values, stratified.lower[i], stratified.upper[i])
    })
    // Draws of its own, so within the tolerance that the file has for another generator.
    for (const [key, expected] of Object.entries<
      Record<string, number[]> & { abs_tol_for_another_rng: number }
    >(entry)) {
      const count = /^bootstrap_(\d+)$/.exec(key)
      if (count === null) continue
      order.forEach((name, i) => {
        const draws = stream(0, "golden", id, key, name)
        const options = { alpha: ALPHA, repetitions: Number(count[1]), draws }
        const { low, high } = stratifiedInterval([scores], aggregateOf(name), options)
        equal(`${id}/${key}/${name}/lower`, low, expected.lower![i]!, expected.abs_tol_for_another_rng)
        equal(`${id}/${key}/${name}/upper`, high, expected.upper![i]!, expected.abs_tol_for_another_rng)
      })
    }

    const { taus } = profile
    scoreDistribution(scores, taus).forEach((share, i) => {
      equal(`${id}/score_distribution ${taus[i]}`, share, profile.score_distribution[i])
    })
    averageScoreDistribution(scores, taus).forEach((share, i) => {
      equal(`${id}/average_score_distribution ${taus[i]}`, share, profile.average_score_distribution[i])
    })

    // rliable's own BCa fails with the packages of the file, which therefore has null; a value here would be unchecked.
    if (entry.bca !== null)
      cases.push({ case: `rliable/${id}/bca`, error: Number.NaN, tolerance: topic.abs_tol })

    const { y } = improvement
    equal(`${id}/improvement`, probabilityOfImprovement(scores, y), improvement.value)
    improvementByTask(scores, y).forEach((share, task) => {
      equal(`${id}/improvement/task ${task}`, share, improvement.per_task[task])
    })
    const forX = await repetitions(folder, improvement.idx_x)
    const forY = await repetitions(folder, improvement.idx_y)
    const improvements = forX.map((indices, i) =>
      probabilityOfImprovement(withRuns(scores, indices), withRuns(y, forY[i]!)),
    )
    ends(`${id}/improvement/bootstrap`, improvements, improvement.lower[0], improvement.upper[0])
  }

  const { iid_mean: iid } = topic
  const resampled = bootstrap(iid.x, mean, await repetitions(folder, iid.indices))
  for (const key of Object.keys(iid).filter((key) => key.startsWith("ci"))) {
    for (const [method, [low, high]] of Object.entries<[number, number]>(iid[key])) {
      const got = bootstrapInterval(resampled, 1 - Number(key.slice(2)) / 100, method as BootstrapMethod)
      equal(`iid_mean/${key} ${method}/low`, got?.low ?? Number.NaN, low)
      equal(`iid_mean/${key} ${method}/high`, got?.high ?? Number.NaN, high)
    }
  }
  return cases
}
