import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { frameworkRoot, isInstalled } from "./frameworkRoot.ts"
import { identifyCode } from "./identifyCode.ts"
import { installedAround, installedVersions } from "./installedVersions.ts"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "saddlepoint-installed-"))
  install(
    "saddlepoint",
    { dependencies: { "@saddlepoint/core": "1.0.0", tool: "2.0.0" } },
    { "child.js": 'import "@saddlepoint/core/load"' },
  )
  const exports = {
    "./loss": { types: "./define.d.ts", default: "./define.js" },
    "./*": { types: "./*.d.ts", default: "./*.js" },
  }
  const core = {
    "load.js": 'import { loss } from "./define.js"\nexport const load = loss',
    "define.js": "export const loss = 1",
    "other.js": "",
  }
  install(
    "@saddlepoint/core",
    { exports, sideEffects: false, optionalDependencies: { absent: "1.0.0", tool: "2.0.0" } },
    core,
  )
  install("tool", { dependencies: { inner: "3.0.0" } })
  install("tool/node_modules/inner", {})
  install("unrelated", {})
  write("package-lock.json", "{}")
  write("mine.ts", 'import { loss } from "@saddlepoint/core/loss"\nexport default loss')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function install(name: string, more: object, files: Readonly<Record<string, string>> = {}): void {
  const place = `node_modules/${name}`
  write(
    `${place}/package.json`,
    JSON.stringify({ name: name.split("node_modules/").at(-1), version: "1.0.0", type: "module", ...more }),
  )
  for (const [file, text] of Object.entries(files)) write(`${place}/${file}`, text)
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

const root = () => join(folder, "node_modules")
const identify = () =>
  identifyCode({ definitionPath: join(folder, "mine.ts"), childEntry: join(root(), "saddlepoint/child.js") })

test("the root of what is installed is the folder that it was installed in, though the project has a lockfile", () => {
  expect(frameworkRoot(join(root(), "saddlepoint"))).toBe(root())
  expect(frameworkRoot(join(root(), "@saddlepoint/lab/store/execution"))).toBe(root())
  expect([root(), folder].map(isInstalled)).toEqual([true, false])
})

test("versions are of what Saddlepoint needs, directly or not, and is there", () => {
  expect(installedVersions(installedAround(join(root(), "saddlepoint/child.js")))).toEqual([
    "@saddlepoint/core@1.0.0",
    "inner@1.0.0",
    "saddlepoint@1.0.0",
    "tool@1.0.0",
  ])
})

test("code that is installed is its built files and the user's own, behind front doors as well", async () => {
  const { sources, framework, commit } = await identify()
  expect(Object.keys(sources!)).toEqual([
    "@saddlepoint/core/define.js",
    "@saddlepoint/core/load.js",
    "definition/mine.ts",
    "saddlepoint/child.js",
  ])
  expect({ framework, commit }).toEqual({ framework: "1.0.0", commit: undefined })
})

test("what a project installs besides is no other code, another version of what is needed is", async () => {
  const before = await identify()
  install("another", {})
  write("package-lock.json", '{ "other": 1 }')
  write("node_modules/@saddlepoint/core/other.js", "export const other = 1")
  expect(await identify()).toEqual(before)
  install("tool/node_modules/inner", { version: "1.0.1" })
  expect((await identify()).lockfile).not.toBe(before.lockfile)
})

test("a package is found, and called, the same where a package manager puts what it needs into it", async () => {
  const before = await identify()
  for (const name of ["@saddlepoint", "tool"]) {
    mkdirSync(join(root(), "saddlepoint/node_modules"), { recursive: true })
    renameSync(join(root(), name), join(root(), "saddlepoint/node_modules", name))
  }
  expect(await identify()).toEqual(before)
})
