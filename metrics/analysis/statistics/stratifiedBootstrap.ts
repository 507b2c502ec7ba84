import type { Stream } from "@saddlepoint/engine/random"
import { quantileOfSorted } from "../../maths/statistics/quantile.ts"
import { type ScoreMatrix, tasksOf } from "./scoreMatrix.ts"

export interface StratifiedOptions {
  readonly alpha: number
  readonly repetitions: number
  readonly draws: Stream
  /** Draw the tasks as well, which asks about other tasks of their kind; default false. */
  readonly tasks?: boolean
  /** Take the same runs of every matrix, where a row is the same training seed in all of them; default false. */
  readonly paired?: boolean
}

/**
 * The scores with other runs in every cell.
 * @param indices `[runs][tasks]`, row-major: the run whose score of that task is taken
 */
export function withRuns(scores: ScoreMatrix, indices: ArrayLike<number>): number[][] {
  const tasks = tasksOf(scores)
  return scores.map((run, row) => run.map((_, task) => scores[indices[row * tasks + task]!]![task]!))
}

/**
 * Percentile interval by the stratified bootstrap (Agarwal et al. 2021, section 4.1): runs are drawn with replacement for
 * each task by itself, so that every resample has all tasks. Descriptive with few runs, as all percentile intervals are.
 *
 * @param matrices one for each arm, on the same tasks; `statistic` gets them in this order
 */
export function stratifiedInterval(
  matrices: readonly ScoreMatrix[],
  statistic: (...matrices: readonly ScoreMatrix[]) => number,
  { alpha, repetitions, draws, tasks = false, paired = false }: StratifiedOptions,
): { readonly low: number; readonly high: number } {
  const width = tasksOf(matrices[0]!)
  if (paired && matrices.some(({ length }) => length !== matrices[0]!.length)) {
    throw new RangeError(
      `Expected as many runs in every matrix where runs are paired by seed, but got ${matrices.map(({ length }) => length).join(", ")}.`,
    )
  }
  const cells = ({ length }: ScoreMatrix) =>
    Uint32Array.from({ length: length * width }, () => draws.integer(length))
  const results = Float64Array.from({ length: repetitions }, () => {
    const shared = paired ? cells(matrices[0]!) : undefined
    const columns = tasks ? Array.from({ length: width }, () => draws.integer(width)) : undefined
    const drawn = matrices.map((scores) => {
      const runs = withRuns(scores, shared ?? cells(scores))
      return columns === undefined ? runs : runs.map((run) => columns.map((task) => run[task]!))
    })
    return statistic(...drawn)
  }).sort()
  return { low: quantileOfSorted(results, alpha / 2), high: quantileOfSorted(results, 1 - alpha / 2) }
}
