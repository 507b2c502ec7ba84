import type { Choice } from "@saddlepoint/core/declare/choice"
import type { Comparison } from "@saddlepoint/core/declare/trial"
import { expect, test } from "vitest"
import { withEqualTuning } from "./parity.ts"
import type { Verdict } from "./verdict.ts"

const comparison: Comparison = { metric: "psnr", challenger: "gan", baseline: "l1", margin: 0.1, alpha: 0.05 }
const verdict = {
  metric: "psnr",
  challenger: "gan",
  baseline: "l1",
  outcome: "better",
  sentence: "It is.",
} as Verdict

const tuning = (gan: readonly [number, number], l1: readonly [number, number]): Choice => {
  const arm = ([tried, steps]: readonly [number, number]) => {
    return { configuration: {}, value: 1, tried, trials: tried, steps, seconds: 1, lost: 0 }
  }
  const arms = { gan: arm(gan), l1: arm(l1) }
  return { schema: 1, search: "s", hash: "", select: "psnr", seeds: [100], arms }
}

const outcome = (choice: Choice | undefined, more: Partial<Comparison> = {}, of: Partial<Verdict> = {}) =>
  withEqualTuning([{ ...verdict, ...of }], [{ ...comparison, ...more }], choice)[0]!

test("equal tuning, less tuning and no tuning leave a verdict as it is", () => {
  expect(outcome(undefined)).toEqual(verdict)
  expect(outcome(tuning([8, 800], [8, 800]))).toEqual(verdict)
  expect(outcome(tuning([4, 400], [8, 800]))).toEqual(verdict)
})

test("better is withheld from a challenger that was tuned more, by configurations or by steps", () => {
  for (const choice of [tuning([16, 800], [1, 800]), tuning([8, 1600], [8, 800])]) {
    const withheld = outcome(choice)
    expect(withheld.outcome).toBe("inconclusive")
    expect(withheld.sentence).toMatch(/^Better, but the verdict is withheld, because gan was tuned with/)
  }
})

test("what is waived in words is said beside the verdict", () => {
  const { outcome: said, sentence } = outcome(tuning([16, 1600], [1, 100]), {
    waiveParity: "L1 has nothing to tune",
  })
  expect(said).toBe("better")
  expect(sentence).toBe(
    "It is. Waived: gan was tuned with 16 configurations and 1600 steps, l1 with 1 configuration and 100 steps (L1 has nothing to tune).",
  )
})

test("worse stays worse, however much was tuned", () => {
  expect(outcome(tuning([16, 1600], [1, 100]), {}, { outcome: "worse" }).outcome).toBe("worse")
})
