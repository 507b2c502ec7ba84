import { expect, test } from "vitest"
import { studyOf } from "../findings/study.ts"
import { syntheticFindings } from "../testing/syntheticFindings.ts"
import { resultsMarkdown } from "./markdown.ts"

test("every verdict and every arm is a row of a table with as many cells as its head", async () => {
  const study = studyOf(await syntheticFindings())
  const rows = resultsMarkdown(study)
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split(/(?<!\\)\|/).length)
  const verdictRows = rows.slice(0, 2 + study.verdicts.length)
  const effectRows = rows.slice(2 + study.verdicts.length, 2 * (2 + study.verdicts.length))
  const scoreRows = rows.slice(2 * (2 + study.verdicts.length))
  expect(new Set(verdictRows)).toEqual(new Set([11]))
  expect(new Set(effectRows)).toEqual(new Set([13]))
  expect(scoreRows).toHaveLength(2 + study.arms.length + 3)
  expect(new Set(scoreRows).size).toBe(1)
})

test("coverage of the bootstrap, failures and controls of the verdicts are told once each", async () => {
  const gan = "gan/discriminator.receptiveField=16"
  const text = resultsMarkdown(studyOf(await syntheticFindings({ ends: { [`${gan} 5`]: "failed" } })))
  // Measured coverage at 4 seeds, from metrics/studies/README.md.
  expect(text.split("they held the true one in 80.6 % (percentile) and 80.8 % (BCa)")).toHaveLength(2)
  expect(text).toContain("* Failed or diverged: 1 of 5 seeds of gan (receptive field 16), 0 of l1")
  expect(text).toContain("* Shuffled labels: ")
  expect(text).toContain("* The same arm on disjoint seeds: ")
})

test("a bar or a line break in a name does not break the table", async () => {
  const study = studyOf(await syntheticFindings())
  const arms = study.arms.map((arm, index) => (index === 0 ? { ...arm, label: "a|b\nc" } : arm))
  expect(resultsMarkdown({ ...study, arms })).toContain("| a\\|b c |")
})
