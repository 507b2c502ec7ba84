import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { aJudgedResult, anAttempt, anExecution, aTrial } from "../../testing/plan.ts"
import { curveTable } from "./curveTable.ts"
import { publishedResults } from "./publishedResults.ts"
import type { Cell } from "./table.ts"

let store: string
beforeAll(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-curves-"))
})
afterAll(() => rmSync(store, { recursive: true, force: true }))

test("curves have a row for each series of each step of a published result, in order, and NaN stays NaN", () => {
  const [gan, l1, unfinished] = [aTrial("gan"), aTrial("l1"), aTrial("none")]
  const play = anAttempt(store, gan)
  const reported = [{ "d/total": 1.5 }, { "d/total": 1, "g/l1": 0.25 }, { "d/total": Number.NaN }]
  for (const [step, losses] of reported.entries())
    play.journal({ event: "step", stage: step < 2 ? "first" : "second", step, seconds: 0, losses })
  play.journal({ event: "moves", stage: "first", moves: ["d"] })
  play.finish(aJudgedResult(gan, { status: "diverged", evidence: "It is NaN." }))
  const other = anAttempt(store, l1)
  other.journal({ event: "step", stage: "first", step: 0, seconds: 0, losses: { "g/l1": 2 } })
  other.finish(aJudgedResult(l1))
  const going = anAttempt(store, unfinished)
  going.journal({ event: "step", stage: "first", step: 0, seconds: 0, losses: { "g/l1": 9 } })

  const { columns, rows } = curveTable(publishedResults(store, "example"))
  const words = "experiment trial arm seed execution stage step series value"
  expect(columns.map(({ name }) => name).join(" ")).toBe(words)
  const start = ["example", gan.id, "gan", 1, anExecution]
  const expected: Cell[][] = [
    [...start, "first", 0, "d/total", 1.5],
    [...start, "first", 1, "d/total", 1],
    [...start, "first", 1, "g/l1", 0.25],
    [...start, "second", 2, "d/total", Number.NaN],
    ["example", l1.id, "l1", 1, anExecution, "first", 0, "g/l1", 2],
  ]
  expect([...rows]).toEqual(expected)
  // Journals are read anew each time.
  expect([...rows]).toHaveLength(5)
})
