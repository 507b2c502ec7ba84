import { mean } from "../../maths/statistics/mean.ts"
import { type ScoreMatrix, taskScores, tasksOf } from "./scoreMatrix.ts"

/** Score distribution: for each threshold the share of all scores above it (strictly). */
export function scoreDistribution(scores: ScoreMatrix, thresholds: readonly number[]): number[] {
  return thresholds.map((threshold) => mean(scores.flat().map((score) => (score > threshold ? 1 : 0))))
}

/** Average-score distribution: for each threshold the share of tasks whose mean over runs lies above it. */
export function averageScoreDistribution(scores: ScoreMatrix, thresholds: readonly number[]): number[] {
  const means = Array.from({ length: tasksOf(scores) }, (_, task) => mean(taskScores(scores, task)))
  return thresholds.map((threshold) => mean(means.map((score) => (score > threshold ? 1 : 0))))
}
