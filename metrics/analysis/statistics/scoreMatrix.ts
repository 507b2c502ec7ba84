import { mean } from "../../maths/statistics/mean.ts"
import { median as middle } from "../../maths/statistics/quantile.ts"

/**
 * Scores `[runs][tasks]`, one number for each training seed and task, on a scale that tasks share (R. Agarwal et al.,
 * Deep Reinforcement Learning at the Edge of the Statistical Precipice, NeurIPS 2021, and their package rliable).
 */
export type ScoreMatrix = readonly (readonly number[])[]

/** Number of tasks. Throws unless there is at least one run and all have equally many scores. */
export function tasksOf(scores: ScoreMatrix): number {
  const tasks = scores[0]?.length ?? 0
  if (tasks === 0 || scores.some((run) => run.length !== tasks)) {
    throw new RangeError(
      `Expected runs of equally many scores, one for each task, but got ${scores.length} runs of ${[...new Set(scores.map(({ length }) => length))].join(" or ") || "no"} scores.`,
    )
  }
  return tasks
}

/** The scores of one task over all runs. */
export function taskScores(scores: ScoreMatrix, task: number): number[] {
  return scores.map((run) => run[task]!)
}

/** Mean score of each task. */
function taskMeans(scores: ScoreMatrix): number[] {
  return Array.from({ length: tasksOf(scores) }, (_, task) => mean(taskScores(scores, task)))
}

/** Median over tasks of the mean over runs. */
export function medianOfTasks(scores: ScoreMatrix): number {
  return middle(taskMeans(scores))
}

/** Mean over tasks of the mean over runs. */
export function meanOfTasks(scores: ScoreMatrix): number {
  return mean(taskMeans(scores))
}

/** Interquartile mean: of all scores together, without floor(N / 4) of them at either end. */
export function interquartileMean(scores: ScoreMatrix): number {
  const all = Float64Array.from(scores.flat()).sort()
  const cut = Math.floor(all.length / 4)
  return mean([...all.subarray(cut, all.length - cut)])
}

/** How far the scores stay below `goal` on average; what lies above it makes up for nothing. */
export function optimalityGap(scores: ScoreMatrix, goal = 1): number {
  return goal - mean(scores.flat().map((score) => Math.min(score, goal)))
}
