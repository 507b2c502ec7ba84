import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { JournalStep } from "../../contracts/journalStep.ts"
import { chainStart, nextLink } from "./hashChain.ts"
import { brokenLink, openJournal, readJournal, stepsPerLine } from "./journal.ts"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "saddlepoint-journal-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The lines of a trial with these losses of one term, one for each step. */
function chained(values: readonly number[]): JournalStep[] {
  let chain = chainStart
  return values.map((value, step) => {
    const losses = { "generator/l1": value, "generator/total": value / 3 }
    chain = nextLink(chain, "play", step, losses)
    return { event: "step", stage: "play", step, seconds: step / 10, losses, chain }
  })
}

function written(lines: readonly JournalStep[]): string {
  const journal = openJournal(folder)
  for (const line of lines) journal.write(line)
  journal.close()
  return journal.file
}

test("what is written is read back with every bit, and agrees with its chain", () => {
  const values = fc.array(fc.double(), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(values, (losses) => {
      rmSync(join(folder, "journal.jsonl"), { force: true })
      written(chained(losses))
      const { steps, damaged } = readJournal(folder)
      // JSON has one zero.
      expect(steps.map((line) => line.losses["generator/l1"]! + 0)).toEqual(losses.map((value) => value + 0))
      expect(damaged).toBe(0)
      expect(brokenLink(steps)).toBeUndefined()
    }),
  )
})

test("any other digit in any loss or link of a journal breaks its chain there", () => {
  const file = written(chained([1.25, 0.7310585786300049, 3e-7, 42]))
  const text = readFileSync(file, "utf8")
  // Digits of times stand outside the chain; the journal's digest in the result covers them.
  const places = [...text.matchAll(/\d/g)]
    .map(({ index }) => index)
    .filter((at) => !/"(seconds|step)":[\d.e-]*$/.test(text.slice(Math.max(0, at - 30), at)))
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.integer({ min: 1, max: 9 }), (at, by) => {
      const digit = String((Number(text[at]) + by) % 10)
      const changed = `${text.slice(0, at)}${digit}${text.slice(at + 1)}`
      writeFileSync(file, changed)
      const line = changed.slice(0, at).split("\n").length - 1
      const { steps, damaged } = readJournal(folder)
      const broken = brokenLink(steps)
      const sameValue = JSON.stringify(steps) === JSON.stringify(readBack(text))
      if (sameValue) return
      expect(damaged > 0 || (broken !== undefined && broken.step <= line + 1)).toBe(true)
    }),
  )
})

function readBack(text: string): unknown {
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
}

test("losses that are not finite are kept as such and in the chain", () => {
  written(chained([1, Number.NaN, Number.NEGATIVE_INFINITY]))
  const { steps } = readJournal(folder)
  expect(steps.map(({ losses }) => losses["generator/l1"])).toEqual([1, Number.NaN, -Infinity])
  expect(brokenLink(steps)).toBeUndefined()
})

test("a journal that was cut off in the middle of a line gives what came before", () => {
  const file = written(chained([1, 2, 3]))
  const text = readFileSync(file, "utf8")
  writeFileSync(file, text.slice(0, -20))
  const { steps, damaged } = readJournal(folder)
  expect(steps.map(({ step }) => step)).toEqual([0, 1])
  expect(damaged).toBe(1)
})

test("how moves were played is read, under their present name and the one they had in earlier versions", () => {
  const played = { stage: "play", mode: "replayed", reason: "" }
  const journal = openJournal(folder)
  journal.write({ event: "turns", ...played, turns: ["discriminator", "generator"] })
  journal.write({ event: "moves", ...played, moves: ["discriminator"] })
  journal.write({ event: "leak", tensors: 3 })
  journal.close()
  expect(readJournal(folder).moves).toEqual([
    { ...played, moves: ["discriminator", "generator"] },
    { ...played, moves: ["discriminator"] },
  ])
})

test("long trials have a line for every few steps, whose chain covers the steps between", () => {
  expect([1, 10_000, 10_001, 1_000_000].map(stepsPerLine)).toEqual([1, 1, 2, 100])
  const sparse = chained(Array.from({ length: 9 }, (_, index) => index)).filter(({ step }) => step % 3 === 0)
  expect(brokenLink(sparse)).toBeUndefined()
  expect(brokenLink([{ ...sparse[0]!, losses: { "generator/l1": 9 } }, ...sparse.slice(1)])?.step).toBe(0)
})
