import { expect, test } from "vitest"
import { syntheticFindings } from "../testing/syntheticFindings.ts"
import { evaluationNoiseOf, failuresByArms, relabelled, studyOf } from "./study.ts"

const field = (size: number) => `gan/discriminator.receptiveField=${size}`

test("arms in a sentence get their readable names, also where one name begins another's", async () => {
  const study = studyOf(await syntheticFindings())
  expect(relabelled(`${field(1)} against ${field(16)}`, [field(1), field(16)], study)).toBe(
    "gan (receptive field 1) against gan (receptive field 16)",
  )
})

test("an arm's evaluation noise is the root mean square over its completed trials", async () => {
  const { arms } = studyOf(await syntheticFindings({ ends: { "l1 2": "diverged" } }))
  const squares = arms[0]!.trials.flatMap(({ result }) => {
    const value = result?.metrics.fid
    return value === undefined ? [] : [value.noise! ** 2]
  })
  expect(squares).toHaveLength(4)
  expect(evaluationNoiseOf(arms[0]!, "fid")).toBeCloseTo(
    Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / 4),
    12,
  )
  expect(evaluationNoiseOf(arms[0]!, "psnr")).toBeNull()
})

test("a pair of arms has one failure verdict, however many metrics compare it", async () => {
  const study = studyOf(await syntheticFindings({ ends: { [`${field(16)} 3`]: "failed" } }))
  const failures = failuresByArms(study)
  // Four declared comparisons: fid and classAccuracy with l1, fid and l1 with l2.
  expect(failures.map(({ baseline }) => baseline)).toEqual(["l1", "l2"])
  expect(failures[0]!.failures).toMatchObject({ challenger: 1, baseline: 0, planned: 5 })
})
