import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import { build } from "esbuild"
import { afterEach, beforeEach, expect, test } from "vitest"
import { someCode } from "../../testing/plan.ts"
import { executionIdentity } from "./executionIdentity.ts"
import { identifyCode, openSources } from "./identifyCode.ts"
import { keepPatch } from "./keepPatch.ts"
import { instructionFamily } from "./machine.ts"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "saddlepoint-code-"))
  write("repo/package.json", '{ "workspaces": ["core"] }')
  write("repo/package-lock.json", "{}")
  write("repo/core/package.json", '{ "name": "@example/core", "exports": { "./*": "./*.ts" } }')
  write("repo/core/losses/l1.ts", "export const l1 = 1")
  write("repo/core/losses/l2.ts", "export const l2 = 2")
  write("repo/core/types.ts", "export interface Loss { value: number }")
  write("repo/child.ts", 'import "node:fs"\nimport "effect"\nexport const child = await import("./late.ts")')
  write("repo/late.ts", "export const late = true")
  write(
    "mine/question.ts",
    'import { l1 } from "@example/core/losses/l1"\nimport type { Loss } from "@example/core/types"\n' +
      'import { own } from "./own.ts"\nexport default { l1, own } as unknown as Loss',
  )
  write("mine/own.ts", "export const own = 3")
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, ".."), { recursive: true })
  writeFileSync(join(folder, path), text)
}

const identify = (root = folder) =>
  identifyCode({ definitionPath: join(root, "mine/question.ts"), childEntry: join(root, "repo/child.ts") })

test("the digest covers the import closure and nothing else", async () => {
  const before = await identify()
  // question, own, l1, child and what it imports late.
  expect(before.files).toBe(5)
  write("repo/core/losses/l2.ts", "export const l2 = 22")
  write("repo/core/types.ts", "export interface Loss { other: string }")
  write("mine/notes.ts", "export {}")
  expect(await identify()).toEqual(before)
  for (const [path, text] of [
    ["repo/core/losses/l1.ts", "export const l1 = 11"],
    ["mine/own.ts", "export const own = 33"],
    ["repo/late.ts", "export const late = false"],
  ] as const) {
    const last = await identify()
    write(path, text)
    expect((await identify()).digest).not.toBe(last.digest)
  }
  write("repo/package-lock.json", '{ "other": 1 }')
  expect((await identify()).lockfile).not.toBe(before.lockfile)
})

test("by way of a symbolic link a definition has the code that it has, and no less", async () => {
  symlinkSync(join(folder, "mine"), join(folder, "link"))
  symlinkSync(join(folder, "mine", "question.ts"), join(folder, "alone.ts"))
  const childEntry = join(folder, "repo/child.ts")
  const { digest } = await identify()
  for (const path of ["link/question.ts", "alone.ts"]) {
    expect((await identifyCode({ definitionPath: join(folder, path), childEntry })).digest).toBe(digest)
  }
  write("mine/own.ts", "export const own = 33")
  const changed = await identifyCode({ definitionPath: join(folder, "link/question.ts"), childEntry })
  expect(changed.digest).not.toBe(digest)
})

test("a part of the files has a code of its own, and files that changed since they were read are named", async () => {
  const paths = {
    definitionPath: join(folder, "mine/question.ts"),
    childEntry: join(folder, "repo/child.ts"),
  }
  const sources = await openSources(paths)
  const l1 = join(folder, "repo/core/losses/l1.ts")
  const child = join(folder, "repo/child.ts")
  const { sources: named = {}, digest } = sources.identify([child, l1])
  expect(Object.keys(named).sort()).toEqual(["child.ts", "core/losses/l1.ts", "late.ts"])
  // What may be imported later is code, but nothing that is loaded with the file.
  expect(sources.imports(child)).toEqual([])
  write("mine/own.ts", "export const own = 33")
  expect([sources.changed([child, l1]), sources.identify([child, l1]).digest]).toEqual([undefined, digest])
  write("repo/core/losses/l1.ts", "export const l1 = 11")
  expect(sources.changed([child, l1])).toBe("core/losses/l1.ts")
})

test("of a script that a compiler left beside its source, the source is covered, which is what plays", async () => {
  write("mine/factor.ts", "export const factor: number = 1")
  write("mine/factor.js", "export const factor = 5")
  write("mine/own.ts", 'export { factor as own } from "./factor.js"')
  const { digest, sources = {} } = await identify()
  expect(Object.keys(sources).filter((name) => name.includes("factor"))).toEqual(["definition/factor.ts"])
  write("mine/factor.ts", "export const factor: number = 2")
  expect((await identify()).digest).not.toBe(digest)
})

test("a front door of a package leads to the file behind it, which alone is covered", async () => {
  write(
    "repo/core/package.json",
    '{ "name": "@example/core", "exports": { ".": "./index.ts", "./l2": "./losses/l2.ts", "./*": "./*.ts" } }',
  )
  write("mine/own.ts", 'export { l2 as own } from "@example/core/l2"')
  const { sources = {} } = await identify()
  expect(Object.keys(sources).filter((name) => name.startsWith("core/"))).toEqual([
    "core/losses/l1.ts",
    "core/losses/l2.ts",
  ])
})

test("a copy of the code elsewhere has the same digest", async () => {
  const before = await identify()
  const copy = join(folder, "copy")
  mkdirSync(copy)
  cpSync(join(folder, "repo"), join(copy, "repo"), { recursive: true })
  cpSync(join(folder, "mine"), join(copy, "mine"), { recursive: true })
  expect(await identify(copy)).toEqual(before)
})

test("files that are loaded by a computed name are covered when they are named", async () => {
  const question = {
    definitionPath: join(folder, "mine/question.ts"),
    childEntry: join(folder, "repo/child.ts"),
    also: [join(folder, "repo/core/losses/l2.ts")],
  }
  const before = await identifyCode(question)
  expect(before.files).toBe(6)
  write("repo/core/losses/l2.ts", "export const l2 = 22")
  expect((await identifyCode(question)).digest).not.toBe(before.digest)
})

test("a definition in JSON stands for itself", async () => {
  write("mine/question.json", '{ "name": "x" }')
  const question = {
    definitionPath: join(folder, "mine/question.json"),
    childEntry: join(folder, "repo/child.ts"),
  }
  const before = await identifyCode(question)
  expect(before.files).toBe(3)
  write("mine/question.json", '{ "name": "y" }')
  expect((await identifyCode(question)).digest).not.toBe(before.digest)
})

test("an import that leads nowhere is one sentence", async () => {
  write("mine/own.ts", 'import "./gone.ts"')
  await expect(identify()).rejects.toThrow(
    /^Expected question\.ts and child\.ts to be readable with all that they import, but got: .*own\.ts.*gone\.ts/,
  )
})

const onnx: EngineIdentity = { name: "onnx", version: "onnxruntime-node 1.30.0", device: "cpu", threads: 1 }
const machine = { platform: "linux", arch: "x64", instructions: "avx2" }

test("the execution identity changes with everything that changes bits", () => {
  const identities = [
    executionIdentity(someCode, onnx, machine),
    executionIdentity({ ...someCode, digest: "other" }, onnx, machine),
    executionIdentity({ ...someCode, lockfile: "other" }, onnx, machine),
    executionIdentity(someCode, { ...onnx, version: "onnxruntime-node 1.31.0" }, machine),
    executionIdentity(someCode, { ...onnx, threads: 2 }, machine),
    executionIdentity(someCode, { ...onnx, device: "gpu" }, machine),
    executionIdentity(someCode, { ...onnx, device: "gpu", adapter: "a card" }, machine),
    executionIdentity(someCode, { ...onnx, name: "js" }, machine),
    executionIdentity(someCode, onnx, { ...machine, instructions: "avx512" }),
    executionIdentity(someCode, onnx, { ...machine, arch: "arm64" }),
  ]
  expect(new Set(identities).size).toBe(identities.length)
  for (const identity of identities) expect(identity).toMatch(/^[0-9a-f]{16}$/)
  expect(executionIdentity({ ...someCode, commit: "abc" } as typeof someCode, onnx, machine)).toBe(
    identities[0],
  )
})

test("the pure JavaScript engine gives the same bits on every machine", () => {
  const js: EngineIdentity = { ...onnx, name: "js" }
  expect(executionIdentity(someCode, js, machine)).toBe(
    executionIdentity(someCode, js, { platform: "darwin", arch: "arm64", instructions: "neon" }),
  )
})

test.runIf(process.arch === "x64")("the instruction family is the widest that kernels choose by", () => {
  const of = (...flags: string[]) => instructionFamily(new Set(flags))
  expect(of("sse2")).toBe("sse2")
  expect(of("sse2", "avx", "avx2")).toBe("avx")
  expect(of("avx", "avx2", "fma")).toBe("avx2")
  expect(of("avx", "avx2", "fma", "avx512f")).toBe("avx2")
  expect(of("avx", "avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl")).toBe("avx512")
})

test("what a trial's process imports of the lab does not load effect or esbuild", async () => {
  const { metafile } = await build({
    entryPoints: [
      "store/attempts/attempt.ts",
      "trial/childChannel.ts",
      "store/trials/trialRecord.ts",
      "store/reading/collect.ts",
    ].map((file) => join(import.meta.dirname, "..", "..", file)),
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    packages: "external",
    format: "esm",
    outdir: "out",
  })
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path))
  // Of core, what imports nothing but node:crypto.
  const light = ["declare/canonical", "declare/names", "contracts/json"].map(
    (name) => `@saddlepoint/core/${name}`,
  )
  const packages = imports.filter(
    (path) => !path.startsWith("node:") && !path.endsWith(".ts") && !light.includes(path),
  )
  expect(packages).toEqual([])
})

test("changed code has a patch with a digest, which a run store keeps once, unless the code has changed again", async () => {
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...words], {
      cwd: join(folder, "repo"),
      stdio: "pipe",
    })
  git("init", "--quiet", "--initial-branch=trunk")
  git("add", ".")
  git("commit", "--quiet", "--message", "first")
  const clean = await identify()
  expect(clean).toMatchObject({ dirty: false, branch: "trunk" })
  expect(clean.patch).toBeUndefined()
  write("repo/late.ts", "export const late = 'changed'")
  write("repo/untracked.ts", "export {}")
  const changed = await identify()
  expect(changed).toMatchObject({ dirty: true, commit: clean.commit })
  expect(changed.sources?.["late.ts"]).not.toBe(clean.sources?.["late.ts"])
  expect(Object.keys(changed.sources ?? {})).toHaveLength(changed.files)
  const keep = () => keepPatch(join(folder, "store"), "example", changed, join(folder, "repo/child.ts"))
  expect(await keep()).toBe(true)
  const kept = readFileSync(join(folder, `store/example/patches/${changed.patch?.sha256}.patch`), "utf8")
  expect(kept).toContain("+export const late = 'changed'")
  expect(kept).not.toContain("untracked")
  expect(kept).toHaveLength(changed.patch?.bytes ?? 0)
  rmSync(join(folder, "store"), { recursive: true })
  write("repo/late.ts", "export const late = 'changed again'")
  expect(await keep()).toBe(false)
})
