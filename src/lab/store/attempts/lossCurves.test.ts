import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { JournalStep } from "../../contracts/journalStep.ts"
import { readJournal } from "./journal.ts"
import { lossCurves, noCurves, readCurves } from "./lossCurves.ts"

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "saddlepoint-curves-"))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const step = (index: number, losses: JournalStep["losses"], stage = "play") =>
  JSON.stringify({ event: "step", stage, step: index, seconds: 1, losses, chain: "0" }, (_, value) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  )

function journalOf(lines: readonly string[]): void {
  writeFileSync(join(folder, "journal.jsonl"), lines.map((line) => `${line}\n`).join(""))
}

/** Steps that the whole journal says are to be kept: every so many, and the last. */
function kept(most: number): JournalStep[] {
  const { steps } = readJournal(folder)
  const last = steps.at(-1)
  const every = Math.max(1, Math.floor(((last?.step ?? 0) + 1) / most))
  return steps.filter((line) => line.step % every === 0 || line === last)
}

const loss = fc.oneof(
  fc.double({ min: -9, max: 9, noNaN: true }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0),
)
const whole = fc
  .tuple(fc.nat({ max: 60 }), fc.record({ "g/l1": loss, "d/bce": loss }, { requiredKeys: ["g/l1"] }))
  .chain(([index, losses]) =>
    fc.constantFrom("play", 'a","step":7,', "ä\\", "").map((stage) => step(index, losses, stage)),
  )
const line = fc.oneof(
  { weight: 6, arbitrary: whole },
  whole.chain((text) => fc.nat({ max: text.length }).map((length) => text.slice(0, length))),
  fc.constantFrom(
    '{"event":"checkpoint","step":3,"weights":"0"}',
    '{"step":4,"event":"step","stage":"play","seconds":1,"losses":{"g/l1":2}}',
    '  {"event":"step","stage":"play","step": 6 ,"seconds":1,"losses":{"g/l1":2}}',
    "",
  ),
)

test("curves are those of the whole journal, thinned, whatever lines are damaged or of other events", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), fc.integer({ min: 1, max: 20 }), (lines, most) => {
      journalOf(lines)
      expect(readCurves(folder, most)).toEqual(lossCurves(kept(most)))
    }),
    { numRuns: 300 },
  )
})

test("a journal that was cut off in the middle of a line gives what came before", () => {
  writeFileSync(join(folder, "journal.jsonl"), `${step(0, { a: 1 })}\n${step(1, { a: 2 }).slice(0, -20)}`)
  expect(readCurves(folder).steps).toEqual([0])
})

test("curves get about 200 points and the last", () => {
  journalOf(Array.from({ length: 1001 }, (_, index) => step(index, { a: index })))
  const { steps, losses } = readCurves(folder)
  expect(steps).toHaveLength(201)
  expect(steps.at(-1)).toBe(1000)
  expect(losses.get("a")).toEqual(steps)
})

test("a loss that a step did not report is NaN there, and steps with losses that are not finite are left out", () => {
  const curves = lossCurves([
    { step: 0, losses: { a: 1 } },
    { step: 1, losses: { a: Number.NaN } },
    { step: 2, losses: { b: 3 } },
    { step: 3, losses: { a: 4, b: 5 } },
  ])
  expect(curves.steps).toEqual([0, 2, 3])
  expect([...curves.losses]).toEqual([
    ["a", [1, Number.NaN, 4]],
    ["b", [Number.NaN, 3, 5]],
  ])
})

test("an attempt without a journal has no curves", () => {
  expect(readCurves(join(folder, "nowhere"))).toEqual(noCurves)
})
