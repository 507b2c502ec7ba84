import { expect, test } from "vitest"
import { studyOf } from "../findings/study.ts"
import { syntheticFindings } from "../testing/syntheticFindings.ts"
import { csv, resultsCsv } from "./csv.ts"

/** A reader of its own (RFC 4180), so that the writer is not checked against itself. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]]
  let field = ""
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    if (quoted && character === '"' && text[i + 1] === '"') {
      field += '"'
      i++
    } else if (character === '"') quoted = !quoted
    else if (!quoted && (character === "," || character === "\n")) {
      rows.at(-1)!.push(field)
      field = ""
      if (character === "\n") rows.push([])
    } else field += character
  }
  return rows.slice(0, -1)
}

test("fields with commas, quotes and line breaks read back", () => {
  const rows = [["a,b", 'say "x"', "two\nlines", ""]]
  expect(parse(csv(rows))).toEqual(rows)
})

test("every trial has a row for every metric, with or without a value, and values read back exactly", async () => {
  const findings = await syntheticFindings({ ends: { "l1 2": "diverged", "l2 3": "missing" } })
  const [header, ...rows] = parse(resultsCsv(studyOf(findings)))
  const column = (name: string) => header!.indexOf(name)
  expect(rows).toHaveLength(
    (findings.trials.length + findings.controls.length) * findings.plan.outputs.length,
  )
  for (const trial of findings.trials) {
    const row = rows.find((each) => each[column("trial")] === trial.id && each[column("metric")] === "fid")!
    const value = trial.result?.metrics.fid?.value
    expect(row[column("value")]).toBe(value === undefined ? "" : String(value))
    expect(row[column("status")]).toBe(trial.status)
    const noise = trial.result?.metrics.fid?.noise
    expect(row[column("evaluationNoise")]).toBe(noise === undefined ? "" : String(noise))
  }
  expect(rows.find((row) => row[column("status")] === "diverged")?.[column("evidence")]).toBe(
    "The loss generator/total became NaN at step 120.",
  )
  expect(header!.some((name) => name.startsWith("identity."))).toBe(false)
})

test("identity keys become columns where the values of one metric differ in them", async () => {
  const findings = await syntheticFindings()
  const [first, ...others] = findings.trials
  const fid = first!.result!.metrics.fid!
  const other = { ...fid, identity: { ...fid.identity, images: 50 } }
  const odd = { ...first!, result: { ...first!.result!, metrics: { ...first!.result!.metrics, fid: other } } }
  const [header, ...rows] = parse(resultsCsv(studyOf({ ...findings, trials: [odd, ...others] })))
  expect(header!.filter((name) => name.startsWith("identity."))).toEqual(["identity.images"])
  expect(new Set(rows.map((row) => row.at(-1)))).toEqual(new Set(["100", "50"]))
})
