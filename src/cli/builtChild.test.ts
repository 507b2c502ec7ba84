import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { builtChild, mayDiffer } from "./builtChild.ts"
import { saddlepoint, temporaryFolder, tinyExperiment } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())
const file = (name: string, text: string) => join(place.folder, place.write(name, text))

test("a definition's program is built when it is first asked for, once, and taken away again", async () => {
  const child = builtChild([file("once.ts", tinyExperiment())])
  const [entry, same] = await Promise.all([child.entry(), child.entry()])
  expect(same).toBe(entry)
  expect(existsSync(entry!)).toBe(true)
  child.remove()
  expect(existsSync(dirname(entry!))).toBe(false)
  expect(() => builtChild(["unasked.ts"]).remove()).not.toThrow()
})

test("a file is not built where its address, its loader or a tsconfig may matter", () => {
  const differing = [
    'await import("node:" + "path")',
    "await import (name)",
    "import.meta.dirname",
    "const { url } = import.meta",
    "import . meta . url",
    'require("node:fs")',
    "__dirname",
    "class Weight { value = 1 }",
    "@plugin\nexport default 1",
  ]
  expect(differing.filter((text) => !mayDiffer.test(text))).toEqual([])
  const alike = [
    'await import("./own.ts")',
    "what metrics require",
    "of every class",
    "// a@b.c",
    "important.meta",
  ]
  expect(alike.filter((text) => mayDiffer.test(text))).toEqual([])
})

test("what could mean something else once it is built is played from its sources", async () => {
  mkdirSync(join(place.folder, "node_modules", "env"), { recursive: true })
  file("node_modules/env/package.json", '{ "name": "env", "type": "module", "exports": "./i.js" }')
  file("node_modules/env/i.js", "export const factor = 5")
  file("both.ts", "export const factor: number = 1")
  file("both.js", "export const factor = 5")
  file("help.cjs", "module.exports = { factor: 1 }")
  file("package.json", '{ "type": "module", "imports": { "#state": "./both.ts" } }')
  const first = (line: string) => `${line}\n${tinyExperiment()}`
  const definitions = {
    "a package": first('import { factor } from "env"\nexport const used = factor'),
    "a name of its own package.json": first('import { factor } from "#state"\nexport const used = factor'),
    "a script that a compiler left beside its source": first(
      'import { factor } from "./both.js"\nexport const used = factor',
    ),
    CommonJS: first('import help from "./help.cjs"\nexport const used = help'),
    "what leads nowhere": first('import "./nowhere.ts"'),
  }
  const built: string[] = []
  for (const [what, text] of Object.entries(definitions)) {
    const child = builtChild([file("definition.ts", text)])
    if ((await child.entry()) !== undefined) built.push(what)
    child.remove()
  }
  expect(built).toEqual([])
})

test("own files that import each other, the framework, effect and Node are built, whatever they are called", async () => {
  file(
    "own.ts",
    'import { sep } from "node:path"\nimport * as Effect from "effect/Effect"\nexport const own = [sep, Effect.void]',
  )
  const text = `import { own } from "./own.ts"\n${tinyExperiment()}\nexport const used = own`
  const child = builtChild([file("lr%41 50% #2 é.ts", text)])
  expect(await child.entry()).toBeDefined()
  expect(readdirSync(dirname((await child.entry())!)).filter((name) => /[^\w.]/.test(name))).toEqual([])
  child.remove()
})

test("without a folder for temporary files trials are played from their sources", async () => {
  const before = process.env.TMPDIR
  process.env.TMPDIR = join(place.folder, "nowhere")
  const child = builtChild([file("homeless.ts", tinyExperiment())])
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
  const { code, stderr } = await saddlepoint(
    ["run", "throwing.ts", "--set", "arms.gan=null", "--set", "compare=[]"],
    place.folder,
  )
  expect(code).toBe(1)
  expect(stderr).toContain("weights broke")
  const trials = join(place.folder, "runs", "tiny", "trials")
  const failures = readdirSync(trials, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith("failure.json"),
  )
  expect(readFileSync(join(trials, failures[0]!), "utf8")).toContain(`throwing.ts:${line}`)
})
