import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { builtChild } from "./builtChild.ts"
import { saddlepoint, temporaryFolder, tinyExperiment, tinyYaml } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())
const file = (name: string, text: string) => join(place.folder, place.write(name, text))

test("a definition's program is built when it is first asked for, once, and taken away again", async () => {
  const child = builtChild(file("once.ts", tinyExperiment()))
  const [entry, same] = await Promise.all([child.entry(), child.entry()])
  expect(same).toBe(entry)
  expect(existsSync(entry!)).toBe(true)
  child.remove()
  expect(existsSync(dirname(entry!))).toBe(false)
  expect(() => builtChild("unasked.ts").remove()).not.toThrow()
})

test("a definition in YAML has the catalogue built in", async () => {
  const child = builtChild(file("built.yaml", tinyYaml()))
  expect(await child.entry()).toBeDefined()
  child.remove()
})

test("what only Node can follow is played from its sources", async () => {
  const computed = tinyExperiment(
    (text) => `const { sep } = await import("node:" + "path")\n${text}\nexport { sep }`,
  )
  for (const [name, text] of [
    ["computed.ts", computed],
    ["placed.ts", `${tinyExperiment()}\nexport const place = import.meta.dirname`],
    ["broken.ts", 'import "./nowhere.ts"'],
  ] as const) {
    const child = builtChild(file(name, text))
    expect(await child.entry(), name).toBeUndefined()
    child.remove()
  }
})

test("without a folder for temporary files trials are played from their sources", async () => {
  const before = process.env.TMPDIR
  process.env.TMPDIR = join(place.folder, "nowhere")
  const child = builtChild(file("homeless.ts", tinyExperiment()))
  const entry = await child.entry()
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  expect(entry).toBeUndefined()
  child.remove()
})

test("the file and the line of a loss that throws are among the last words of its trial", async () => {
  const throwing = tinyExperiment((text) =>
    text.replace("learner: ({ output, target }) =>", "learner: ({ output, target }) =>\n    broken() ??"),
  )
  const definition = `${throwing}\nfunction broken(): undefined {\n  throw new RangeError("weights broke")\n}\n`
  place.write("throwing.ts", definition)
  const line = definition.split("\n").findIndex((text) => text.includes("throw new RangeError")) + 1
  const { code, stderr } = await saddlepoint(["run", "throwing.ts"], place.folder)
  expect(code).toBe(1)
  expect(stderr).toContain("weights broke")
  const trials = join(place.folder, "runs", "tiny", "trials")
  const failures = readdirSync(trials, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith("failure.json"),
  )
  expect(readFileSync(join(trials, failures[0]!), "utf8")).toContain(`throwing.ts:${line}`)
})
