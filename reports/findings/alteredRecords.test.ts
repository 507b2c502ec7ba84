import { noCurves } from "@saddlepoint/lab/store/attempts/lossCurves"
import type { TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import { expect, test } from "vitest"
import { resultsCsv } from "../formats/csv.ts"
import { resultsMarkdown } from "../formats/markdown.ts"
import { page } from "../page.ts"
import { syntheticFindings } from "../testing/syntheticFindings.ts"
import { alterationNotice, isAltered } from "./alteredRecords.ts"
import { studyOf } from "./study.ts"

const journal = { file: "attempts/1/journal.jsonl", sentence: "attempts/1/journal.jsonl is missing." }
const lost = { file: "results/0.json", sentence: "results/0.json was changed; it counts as missing." }

/** Findings of which the first trial's journal is gone and the second's result was changed. */
async function altered() {
  const findings = await syntheticFindings()
  const [first, second, ...others] = findings.trials
  const { id, arm, role, kind, seed } = second!
  const gone: TrialFinding = {
    id,
    arm,
    role,
    kind,
    seed,
    status: "missing",
    curves: noCurves,
    altered: [lost],
  }
  return { ...findings, trials: [{ ...first!, altered: [journal] }, gone, ...others] }
}

test("where every record is as it was written, nothing is said", async () => {
  expect(alterationNotice(await syntheticFindings())).toEqual([])
})

test("what is not as it was written is counted, with what that means for the verdicts, and named with its trial", async () => {
  const findings = await altered()
  const [first, second] = findings.trials
  expect(alterationNotice(findings)).toEqual([
    "2 files of the run store are not as written.",
    "1 trial without a result that can be believed counts as missing.",
    "The verdicts rest on 1 trial of whose record a part was changed; the values are those that were written.",
    `${first!.arm}, seed ${first!.seed} (${first!.id}): ${journal.sentence}`,
    `${second!.arm}, seed ${second!.seed} (${second!.id}): ${lost.sentence}`,
  ])
})

test("a changed result that was played again since is named, and what is told rests on the new one", async () => {
  const findings = await syntheticFindings()
  const [first, ...others] = findings.trials
  const own = { file: "attempts/1/result.json", sentence: "attempts/1/result.json was changed." }
  const again = { ...findings, trials: [{ ...first!, attempt: 2, altered: [lost, own] }, ...others] }
  expect(alterationNotice(again)).toEqual([
    "2 files of the run store are not as written.",
    expect.stringContaining(lost.sentence),
    expect.stringContaining(own.sentence),
  ])
  expect(isAltered(again.trials[0]!)).toBe(false)
  expect(isAltered({ ...first!, attempt: 1, altered: [own] })).toBe(true)
})

test("the page says so above its answer and marks the trials, and so do the table and the text beside it", async () => {
  const study = studyOf(await altered())
  const text = page(study, { pictures: [], looks: [], adaptation: null, convergence: null, stills: null })
  expect(text.indexOf('role="alert"')).toBeGreaterThan(0)
  expect(text.indexOf('role="alert"')).toBeLessThan(text.indexOf('class="answer"'))
  expect(text.match(/<strong class="altered">altered<\/strong>/g)).toHaveLength(2)
  expect(resultsMarkdown(study)).toContain(
    "**Altered records.** 2 files of the run store are not as written.",
  )
  const [header, ...rows] = resultsCsv(study).trim().split("\n")
  const column = header!.split(",").indexOf("altered")
  const marked = rows.filter((row) => row.split(",")[column] === "yes")
  expect(new Set(marked.map((row) => row.split(",")[0]))).toEqual(
    new Set(study.findings.trials.slice(0, 2).map(({ id }) => id)),
  )
})
