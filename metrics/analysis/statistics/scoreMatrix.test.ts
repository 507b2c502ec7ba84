import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { improvementByTask, probabilityOfImprovement } from "./probabilityOfImprovement.ts"
import { interquartileMean, meanOfTasks, medianOfTasks, optimalityGap } from "./scoreMatrix.ts"
import { averageScoreDistribution, scoreDistribution } from "./scoreProfile.ts"
import { stratifiedInterval, withRuns } from "./stratifiedBootstrap.ts"

/** Case runs3_tasks10 of the rliable topic in the folder of reference numbers. */
const scores = [
  [0.0941, 0.3567, 1.3734, 0.4248, 0.8596, 0.3703, 1.288, 0.1812, 1.1517, 0.9278],
  [1.2902, 0.5212, 0.9257, 0.7636, 0.4622, 0.7281, 0.1453, 0.2576, 0.5916, 0.5908],
  [0.073, 1.0477, 0.6257, 0.915, 0.7005, 0.6991, 1.9079, 1.0165, 0.2023, 0.6544],
]

test("aggregates and profiles agree with rliable", () => {
  expect(medianOfTasks(scores)).toBeCloseTo(0.6613166666666667, 12)
  expect(interquartileMean(scores)).toBeCloseTo(0.672525, 12)
  expect(meanOfTasks(scores)).toBeCloseTo(0.7048666666666665, 12)
  expect(optimalityGap(scores)).toBeCloseTo(0.3643133333333334, 12)
  // Thresholds 0.25 and 1, whose shares are 25 and 7 of 30 scores; then 0.5 and 1, 8 and 1 of 10 tasks.
  const shares = [...scoreDistribution(scores, [0.25, 1]), ...averageScoreDistribution(scores, [0.5, 1])]
  const golden = [0.8333333333333334, 0.23333333333333334, 0.8, 0.1]
  shares.forEach((share, i) => {
    expect(share).toBeCloseTo(golden[i]!, 12)
  })
})

test("an arm improves on itself with probability one half, and on a shifted one surely", () => {
  const worse = scores.map((run) => run.map((score) => score - 10))
  expect(probabilityOfImprovement(scores, scores)).toBe(0.5)
  expect(improvementByTask(scores, worse)).toEqual(new Array(10).fill(1))
  expect(() => probabilityOfImprovement(scores, [[1]])).toThrow("Expected scores on the same tasks")
})

const matrix = fc.array(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 4, maxLength: 4 }), {
  minLength: 2,
  maxLength: 6,
})

test("aggregates do not depend on the order of runs or tasks, and lie within the scores", () => {
  fc.assert(
    fc.property(matrix, (scores) => {
      for (const aggregate of [medianOfTasks, interquartileMean, meanOfTasks, optimalityGap]) {
        const value = aggregate(scores)
        expect(aggregate(scores.toReversed())).toBeCloseTo(value, 9)
        expect(aggregate(scores.map((run) => run.toReversed()))).toBeCloseTo(value, 9)
      }
      expect(interquartileMean(scores)).toBeGreaterThanOrEqual(Math.min(...scores.flat()))
      expect(interquartileMean(scores)).toBeLessThanOrEqual(Math.max(...scores.flat()))
    }),
  )
})

test("resampling takes runs within each task, and the identity gives the scores back", () => {
  const identity = scores.flatMap((run, row) => run.map(() => row))
  expect(withRuns(scores, identity)).toEqual(scores)
  expect(
    withRuns(
      [
        [1, 2],
        [3, 4],
      ],
      [1, 0, 1, 1],
    ),
  ).toEqual([
    [3, 2],
    [3, 4],
  ])
})

test("pairing runs by seed narrows the interval of a difference where seeds share their luck", () => {
  const luck = stream(1, "test", "luck")
  const first = Array.from({ length: 8 }, () => Array.from({ length: 4 }, () => 5 * luck.normal()))
  const second = first.map((run) => run.map((score) => score + 0.1 * luck.normal()))
  const difference = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]) =>
    meanOfTasks(a) - meanOfTasks(b)
  const width = (paired: boolean) => {
    const draws = stream(2, "test", "resample")
    const { low, high } = stratifiedInterval([first, second], (a, b) => difference(a!, b!), {
      alpha: 0.05,
      repetitions: 300,
      draws,
      paired,
    })
    return high - low
  }
  expect(width(true)).toBeLessThan(0.2 * width(false))
})

test("drawing the tasks as well widens the interval where tasks differ", () => {
  const apart = [
    [0, 10, 20, 30],
    [1, 11, 21, 31],
    [2, 12, 22, 32],
  ]
  const width = (tasks: boolean) => {
    const options = { alpha: 0.05, repetitions: 300, draws: stream(1, "test", "tasks"), tasks }
    const { low, high } = stratifiedInterval([apart], meanOfTasks, options)
    return high - low
  }
  expect(width(true)).toBeGreaterThan(3 * width(false))
})

test("ragged runs are refused", () => {
  expect(() => meanOfTasks([[1, 2], [1]])).toThrow("Expected runs of equally many scores")
})
