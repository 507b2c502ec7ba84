import { expect, test } from "vitest"
import { resultsMarkdown } from "./markdown.ts"
import { studyOf } from "./study.ts"
import { syntheticFindings } from "./syntheticFindings.ts"

test("every verdict and every arm is a row of a table with as many cells as its head", async () => {
  const study = studyOf(await syntheticFindings())
  const rows = resultsMarkdown(study)
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split(/(?<!\\)\|/).length)
  const verdictRows = rows.slice(0, 2 + study.verdicts.length)
  const scoreRows = rows.slice(2 + study.verdicts.length)
  expect(new Set(verdictRows)).toEqual(new Set([11]))
  expect(scoreRows).toHaveLength(2 + study.arms.length + 3)
  expect(new Set(scoreRows).size).toBe(1)
})

test("a bar or a line break in a name does not break the table", async () => {
  const study = studyOf(await syntheticFindings())
  const arms = study.arms.map((arm, index) => (index === 0 ? { ...arm, label: "a|b\nc" } : arm))
  expect(resultsMarkdown({ ...study, arms })).toContain("| a\\|b c |")
})
