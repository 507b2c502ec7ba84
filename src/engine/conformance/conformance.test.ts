import { execFile } from "node:child_process"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { exclusionsOf } from "./exclusions/index.ts"
import type { ConformanceReport } from "./report.ts"

const loader = createRequire(import.meta.url).resolve("tsx")

const main = fileURLToPath(new URL("main.ts", import.meta.url))

/** Runs the command as `npm run conformance` does. */
function conformance(...args: string[]): Promise<{ code: number; output: string; complaint: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--import", loader, main, ...args],
      (_error, output, complaint) => {
        resolve({ code: child.exitCode!, output, complaint })
      },
    )
  })
}

test("every published test that is about a gradient passes on the onnx engine", async () => {
  const { code, output } = await conformance("--engine", "onnx", "--json", "--filter", "gradient")
  const report = JSON.parse(output) as ConformanceReport
  expect(report).toMatchObject({ engine: "onnx", failed: 0, failures: [], stale: [] })
  // 516 in TensorFlow.js 4.22.0; an empty bundle, or one whose tests never ran, would have none.
  expect(report.passed).toBeGreaterThan(500)
  expect(code).toBe(0)
})

test("an engine that is not there is one sentence and a failure, not an empty report", async () => {
  const { code, output, complaint } = await conformance("--engine", "abacus", "--json")
  expect(code).toBe(1)
  expect(output).toBe("")
  expect(complaint).toMatch(/^Expected a device out of .*, but got "abacus"\. Use --device auto\.\n$/)
})

test("the onnx engine excludes at most 40 tests, and every exclusion has a name of its own and a reason", () => {
  expect(exclusionsOf("onnx").length).toBeLessThanOrEqual(40)
  for (const engine of ["onnx", "js", "webgpu", "tensorflow"] as const) {
    const exclusions = exclusionsOf(engine)
    expect(new Set(exclusions.map(({ test }) => test)).size).toBe(exclusions.length)
    for (const { reason } of exclusions) expect(reason).toMatch(/^\S.{20,}\.$/)
  }
})
