import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { describeMachine } from "../../store/execution/machine.ts"
import type { Tried } from "./testing/confinedChild.ts"

const place = mkdtempSync(join(tmpdir(), "saddlepoint-confined-"))
afterAll(() => rmSync(place, { recursive: true, force: true }))

let tried: Tried
beforeAll(() => {
  for (const file of [
    "data/labels.json",
    "elsewhere/labels.json",
    "project/words.json",
    "project/package.json",
    "project/images/target/one/0.png",
    "store/x/trials/other/answers.json",
    "store/x/trials/t/attempts/1/answers.json",
    "store/x/trials/t/attempts/2/state.json",
  ]) {
    mkdirSync(dirname(join(place, file)), { recursive: true })
    writeFileSync(join(place, file), `in ${file}`)
  }
  symlinkSync(join(place, "data", "labels.json"), join(place, "project", "link"))
  const child = fileURLToPath(new URL("./testing/confinedChild.ts", import.meta.url))
  const env = { ...process.env, SADDLEPOINT_DATA: join(place, "data") }
  tried = JSON.parse(
    execFileSync(process.execPath, ["--import", "tsx", child, place], { env, encoding: "utf8" }),
  )
})

const looked =
  /^Trespass: Expected a trial's code to rest on what it is given and on what lies in its project, but it looked at ".+"; leave that out, /

test("no function of node:fs reads, lists, writes, moves or copies what is closed", () => {
  const functions = Object.entries(tried).filter(([name]) => name.startsWith("fs."))
  expect(functions.length).toBeGreaterThan(90)
  expect(functions.filter(([, end]) => !looked.test(end))).toEqual([])
})

describe("a file is closed", () => {
  test.each([
    "by address",
    "by bytes",
    "by a way round",
    "relative",
    "by a link",
    "of another trial",
    "of another attempt",
    "elsewhere",
    "moved out",
    "linked out",
    "by another import",
    "by what looks like an address",
    "by bytes of another realm",
    "from another folder, meanwhile",
    "with the folder above it, moved",
    "with the folder above it, listed",
    "of the process above",
  ])("%s", (name) => expect(tried[name]).toMatch(looked))

  test.each(["of another binding", "as an environment"])("%s", (name) =>
    expect(tried[name]).toMatch(/^Trespass/),
  )
})

test.each([
  ["own attempt", "got in store/x/trials/t/attempts/2/state.json"],
  ["own project", "got in project/words.json"],
  ["whether it is there", "got true"],
  ["by right", "got in data/labels.json"],
  ["by right, later", "got in data/labels.json"],
  ["a process, by right", "got 1"],
  ["a temporary folder beside it", "got string"],
])("what is open stays so: %s", (name, end) => expect(tried[name]).toBe(end))

test("what a manifest says of the machine is as it is outside", () => {
  expect(tried["the machine"]).toBe(`got ${describeMachine().instructions}`)
})

test.each([
  ["fetch", "reach the network"],
  ["a socket", "reach the network"],
  ["a datagram", "reach the network"],
  ["a process", "start another process"],
  ["a process of Node", "start another process"],
  ["a shell", "start another process"],
  ["a thread", "start another thread"],
  ["an inspector", "look into this process"],
])("%s is closed", (name, what) =>
  expect(tried[name]).toMatch(
    new RegExp(`^Trespass: Expected .+, but it tried to ${what}; leave that out, `),
  ),
)

test("whoever comes second does not get what opens", () => {
  expect(tried["the way out again"]).toMatch(/^Trespass: Expected the data of a trial to be closed once/)
})
