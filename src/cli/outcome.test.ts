import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { syntheticFindings } from "@saddlepoint/reports/testing/syntheticFindings"
import { afterAll, beforeAll, expect, test } from "vitest"
import { publishReport, type RunOutcome, summaryOf } from "./outcome.ts"

let folder: string
let outcome: RunOutcome
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-outcome-"))
  const ends = { "gan/discriminator.receptiveField=16 5": "failed" } as const
  outcome = await publishReport(await syntheticFindings({ ends }), folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test("the summary tells every verdict with its evaluation noise and its failures", () => {
  const lines = summaryOf(outcome)
    .split("\n")
    .filter((line) => line.startsWith("  INCONCLUSIVE"))
  expect(lines).toHaveLength(3)
  expect(lines[0]).toContain("The arm that it favours fails more often, which forbids that claim.")
  expect(lines[0]).toContain("Evaluation noise is large: ")
  expect(lines[0]).toContain(
    "Failed or diverged: 1 of 5 seeds of gan/discriminator.receptiveField=16, 0 of l1",
  )
})

test("the JSON holds effect sizes, intervals, noise and failures of every verdict, without single seeds", () => {
  const { verdicts } = outcome.json as { readonly verdicts: readonly Record<string, unknown>[] }
  expect(verdicts).toHaveLength(4)
  const keys = [
    ...["cliffsDelta", "pairedD", "probabilityOfImprovement", "bootstrap"],
    ...["evaluationNoise", "seedsNeeded", "withheld", "failures"],
  ]
  for (const verdict of verdicts) {
    for (const key of keys) expect(verdict).toHaveProperty(key)
    expect(verdict).not.toHaveProperty("differences")
  }
  expect(verdicts[0]).toMatchObject({ withheld: "fails more", failures: { challenger: 1, baseline: 0 } })
})
