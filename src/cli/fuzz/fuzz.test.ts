import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stream } from "@saddlepoint/engine/random"
import { afterAll, expect, test } from "vitest"
import { playCase } from "./playCase.ts"
import { sentenceFlaw } from "./sentence.ts"
import { subjects } from "./subjects.ts"
import { addLost, addTold, noTally, tallyInWords } from "./tally.ts"

const folder = mkdtempSync(join(tmpdir(), "saddlepoint-fuzz-test-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function foldersFor(name: string) {
  const folders = { files: join(folder, name, "files"), work: join(folder, name, "work") }
  for (const path of Object.values(folders)) mkdirSync(path, { recursive: true })
  return folders
}

test.each([
  ["definitions", 250],
  ["weights", 1500],
  ["images", 100],
  ["commands", 2],
])("damaged %s are used or refused in sentences, and nothing is written", async (name, count) => {
  const folders = foldersFor(name)
  const caseOf = await subjects[name]!.open(folders)
  let tally = { ...noTally, kinds: {} }
  for (let index = 0; index < count; index++) {
    tally = addTold(
      tally,
      index,
      await playCase(caseOf(stream("tests", "fuzz", name, index)), folders.work),
    ) as typeof tally
  }
  expect(tally.flaws).toEqual([])
  expect(tally.cases).toBe(count)
  expect(tally.refused).toBeGreaterThan(0)
})

test("a case of the same seed and number is the same case", async () => {
  const caseOf = await subjects.definitions!.open(foldersFor("again"))
  const kinds = () => [1, 2, 3, 4, 5, 6].map((index) => caseOf(stream(1, "fuzz", "x", index)).kind)
  expect(kinds()).toEqual(kinds())
})

test.each([
  ["", "empty"],
  ["one\ntwo", "several lines"],
  ["red \u001b[31m", "hidden characters"],
  ["x".repeat(2000), "2000 characters"],
  ["Cannot read properties of undefined (reading 'use')", 'the words "Cannot read"'],
  ["expected a text but got [object Object]", 'the words "[object "'],
])("%j is no sentence for a user", (text, flaw) => {
  expect(sentenceFlaw(text)).toBe(flaw)
})

test("what throws, leaves files or warns is a flaw, and so is a process that ends before it tells", async () => {
  const { work } = foldersFor("flaws")
  const told = (run: () => Promise<readonly string[]>) => playCase({ kind: "made up", run }, work)
  expect(await told(async () => [])).toMatchObject({ end: "used" })
  expect(await told(async () => ["expected a number but got a text"])).toMatchObject({ end: "refused" })
  const thrown = await told(async () => {
    throw new TypeError("x is not a function")
  })
  expect(thrown).toMatchObject({ end: "flawed", flaw: "it throws TypeError: x is not a function" })
  const warned = await told(async () => {
    process.emitWarning("keys will be stringified")
    return []
  })
  expect(warned).toMatchObject({ end: "flawed", flaw: "a warning: keys will be stringified" })
  mkdirSync(join(work, "runs"))
  expect(await told(async () => [])).toMatchObject({ end: "flawed", flaw: "it left runs" })
  const tally = addLost(addTold({ ...noTally, kinds: {} }, 6, thrown), 7, "hangs", "nothing came of it")
  expect(tallyInWords("definitions", tally)).toMatch(
    /^2 definitions: 0 used, 0 refused, 1 flawed, 0 crashes, 1 hangs;/,
  )
  expect(tally.flaws).toEqual([
    "case 6, made up: it throws TypeError: x is not a function",
    "case 7: nothing came of it",
  ])
})
