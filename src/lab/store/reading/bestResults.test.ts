import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { anAttempt, aPlan, aResult } from "../../testing/plan.ts"
import { bestResults } from "./bestResults.ts"
import { collectFindings } from "./collect.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-best-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const arms = [
  { name: "gan/width=8", key: "gan", role: "challenger", points: [] },
  { name: "gan/width=16", key: "gan", role: "challenger", points: [] },
  { name: "l1", key: "l1", role: "baseline", points: [] },
] as const
const plan = aPlan({ l1: "baseline", "gan/width=8": "challenger", "gan/width=16": "challenger" }, [1, 2], {
  arms,
  outputs: [
    { name: "psnr", higherIsBetter: true, unit: "dB", range: [0, 100] },
    { name: "fid", higherIsBetter: false, unit: "", range: [0, 1e9] },
  ],
})

/** Values of both metrics by the place of a trial in the plan; undefined of one that diverged. */
function play(values: readonly (number | undefined)[], images: (place: number) => number = () => 4): void {
  for (const [place, value] of values.entries()) {
    const metric = { value: value ?? 0, noise: 0.5, identity: { images: images(place) } }
    const ended =
      value === undefined
        ? { status: "diverged" as const, evidence: "It left all bounds.", metrics: {} }
        : { metrics: { psnr: metric, fid: metric } }
    anAttempt(store, plan.trials[place]!).finish(aResult(plan.trials[place]!, ended))
  }
}
const best = (metric: string, arm?: string, count = 2) =>
  bestResults(collectFindings(plan, store), metric, { arm, count })
const values = (found: ReturnType<typeof best>) => found.best.map(({ value }) => value)

test("the metric says whether high or low is good; equal values keep the order of the plan", () => {
  play([5, 9, 7, 9, undefined])
  const psnr = best("psnr")
  const [, second, , fourth] = plan.trials
  expect(psnr.best).toEqual([
    {
      ...{ rank: 1, trial: second!.id, arm: second!.arm, seed: 1 },
      status: "completed",
      value: 9,
      noise: 0.5,
    },
    {
      ...{ rank: 2, trial: fourth!.id, arm: fourth!.arm, seed: 2 },
      status: "completed",
      value: 9,
      noise: 0.5,
    },
  ])
  expect(values(best("fid"))).toEqual([5, 7])
  // One diverged, one was never played.
  expect(psnr).toMatchObject({ of: 4, without: 2, split: "test" })
})

test("an arm is meant by its name, or with all that its axes make by its key", () => {
  play([1, 2, 3, 4, 5, 6])
  expect(values(best("psnr", "gan", 9))).toEqual([6, 5, 3, 2])
  expect(values(best("psnr", "gan/width=8", 9))).toEqual([5, 2])
  expect(() => best("psnr", "gun")).toThrow(
    "Expected an arm of example, but got gun; it has gan, gan/width=8, gan/width=16, l1.",
  )
})

test("values of unlike identities are refused and not ordered, with what differs; one arm's may be alike", () => {
  play([1, 2, 3], (place) => (place === 0 ? 8 : 4))
  expect(() => best("psnr")).toThrow(
    'Expected values of psnr that may be compared, but their identities differ in "images" (8 and 4); choose an arm with --arm, or run again, which judges all alike.',
  )
  expect(values(best("psnr", "gan"))).toEqual([3, 2])
})

test("a metric that nobody declared is told with those that were", () => {
  expect(() => best("ssim")).toThrow("Expected a metric of example, but got ssim; it has psnr, fid.")
})
