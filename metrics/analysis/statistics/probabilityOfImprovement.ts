import { probabilityOfSuperiority } from "../../maths/statistics/effectSize.ts"
import { mean } from "../../maths/statistics/mean.ts"
import { type ScoreMatrix, taskScores, tasksOf } from "./scoreMatrix.ts"

/** For each task, the probability that a run of the first arm scores higher than one of the second, ties half. */
export function improvementByTask(first: ScoreMatrix, second: ScoreMatrix): number[] {
  const tasks = tasksOf(first)
  if (tasksOf(second) !== tasks) {
    throw new RangeError(
      `Expected scores on the same tasks, but got ${tasks} and ${tasksOf(second)} of them.`,
    )
  }
  return Array.from({ length: tasks }, (_, task) =>
    probabilityOfSuperiority(taskScores(first, task), taskScores(second, task)),
  )
}

/** Its mean over tasks (Agarwal et al. 2021, section 4.4). The arms may have unlike numbers of runs. */
export function probabilityOfImprovement(first: ScoreMatrix, second: ScoreMatrix): number {
  return mean(improvementByTask(first, second))
}
