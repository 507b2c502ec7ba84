import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import { writtenCase } from "../testing/writtenCase.ts"
import { compare, type LeftOut, type Played } from "./compare.ts"
import { readTrajectory, type Trajectory } from "./trajectory.ts"
import { lateAllowance, verdictOf } from "./verdict.ts"

/** A training of six steps, of which three are tight, at a tolerance of 0.001. */
const tolerance = 1e-3
const weights = [1, -2, 3, 0.5, 0.25, 4, 5, 6, 7]
const played = {
  losses: { D: [4, 3, 2, 1, 0.5, 0.25], G: [1, 2, 3, 4, 5, 6] },
  grad0: { "D.weight": weights },
  after: { "D.weight": weights, "D.bias": [2, 3] },
  expect: { "expect.output": [1, 2, 3, 4] },
}

let parent: string
let recorded: Trajectory
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "saddlepoint-verdict-"))
  const { losses, grad0, after } = played
  const tensors = { "expect.output": { shape: [2, 2], values: [1, 2, 3, 4] } }
  const written = { losses, grad0, after, tensors, tolerance, tightSteps: 3, noiseDriven: ["D.bias"] }
  recorded = await readTrajectory(await writtenCase(parent, "training", written))
})
afterAll(() => rm(parent, { recursive: true }))

const judged = (made: Played, leaveOut: readonly LeftOut[] = []) =>
  verdictOf("training", compare(recorded, made, leaveOut))

/** What was played, with one number moved by so many tolerances. */
function planted(kind: keyof typeof played, name: string, at: number, tolerances: number): Played {
  const values = [...(played[kind] as Record<string, readonly number[]>)[name]!]
  values[at]! += tolerances * tolerance
  return { ...played, [kind]: { ...played[kind], [name]: values } }
}

test("what was recorded passes, all of it is compared, and no deviation is left", () => {
  const report = judged(played)
  // 12 losses; sum, norm and eight values of the gradient and of the weight; 4 expected values. The bias is noise.
  expect(report).toMatchObject({ verdict: "passed", compared: 12 + 10 + 10 + 4, problems: [], leftOut: {} })
  expect(report.worst!.share).toBeLessThan(1e-9)
  expect(report.firstOver).toBeUndefined()
})

test("strict are first gradients, expected tensors and the tight steps of losses: beyond one tolerance they fail", () => {
  const strict = fc.constantFrom(
    ["losses", "D", 0],
    ["losses", "G", 2],
    ["grad0", "D.weight", 7],
    ["expect", "expect.output", 3],
  ) as fc.Arbitrary<["losses" | "grad0" | "expect", string, number]>
  const shift = fc.double({ min: 0.01, max: 1000, noNaN: true })
  fc.assert(
    fc.property(strict, shift, fc.boolean(), ([kind, name, at], by, up) => {
      const report = judged(planted(kind, name, at, up ? by : -by))
      // A single value moves the sum of a gradient as much and its norm less.
      fc.pre(Math.abs(by - 1) > 1e-3)
      expect(report.verdict).toBe(by <= 1 ? "passed" : "failed")
      expect(report.worstStrict!.share).toBeCloseTo(by, 3)
    }),
  )
})

test("late losses and final weights may drift within ten tolerances, which is said, and fail beyond", () => {
  const late = fc.constantFrom(
    ["losses", "D", 3],
    ["losses", "G", 5],
    ["after", "D.weight", 0],
  ) as fc.Arbitrary<["losses" | "after", string, number]>
  fc.assert(
    fc.property(late, fc.double({ min: 0.01, max: 1000, noNaN: true }), ([kind, name, at], by) => {
      fc.pre(Math.abs(by - 1) > 1e-3 && Math.abs(by - lateAllowance) > 1e-2)
      const { verdict, problems } = judged(planted(kind, name, at, by))
      expect(verdict).toBe(by <= 1 ? "passed" : by <= lateAllowance ? "drifted" : "failed")
      expect(problems.length).toBe(by <= 1 ? 0 : 1)
    }),
  )
})

test("the first step beyond its tolerance is told apart from the worst", () => {
  const values = [4, 3, 2, 1 + 2 * tolerance, 0.5, 0.25 + 9 * tolerance]
  const report = judged({ ...played, losses: { ...played.losses, D: values } })
  expect(report.firstOver).toMatchObject({ what: "losses/D", at: 3 })
  expect(report.worst).toMatchObject({ what: "losses/D", at: 5 })
  expect(report.problems).toEqual([
    "Expected losses/D (5) within 0.00100 of its record, but it is off by 0.00900, 9.00 times as much.",
  ])
})

test("numbers that are not finite or are missing fail", () => {
  const ofLoss = (D: readonly number[]) => judged({ ...played, losses: { ...played.losses, D } })
  expect(ofLoss([4, 3, 2, 1, 0.5, Number.NaN]).verdict).toBe("failed")
  expect(ofLoss([4, 3, 2, 1, 0.5]).verdict).toBe("failed")
  expect(ofLoss([4, 3, 2, 1, 0.5, 0.25, 0.1]).verdict).toBe("failed")
  expect(judged({ ...played, grad0: { "D.weight": weights.slice(1) } }).verdict).toBe("failed")
})

test("nothing on record is passed over in silence: it is played, or left out with a reason", () => {
  const { G: _, ...losses } = played.losses
  const without = { ...played, losses }
  expect(judged(without)).toMatchObject({
    verdict: "failed",
    problems: ["Expected losses/G of the case, but it was not played."],
  })
  expect(judged(without, [{ kind: "losses", names: /^G$/, why: "no generator here" }])).toMatchObject({
    verdict: "passed",
    leftOut: { "no generator here": ["losses/G"] },
  })
  expect(judged({ ...played, losses: { ...played.losses, E: [1] } })).toMatchObject({
    verdict: "failed",
    problems: ["Expected losses/E on record, but the case has none."],
  })
})

test("what is played is compared, whether it may be left out or not", () => {
  const leaveOut = [{ kind: "losses", names: /./, why: "anything" }] as const
  expect(judged(planted("losses", "D", 0, 5), leaveOut).verdict).toBe("failed")
})

test("a comparison of nothing is no pass", () => {
  expect(verdictOf("empty", { deviations: [], gaps: [], leftOut: {} }).verdict).toBe("failed")
})
