import fc from "fast-check"
import { expect, test } from "vitest"
import { conformanceReport, readableReport, type SpecResult } from "./report.ts"

const spec = (test: string, status: SpecResult["status"] = "passed"): SpecResult => ({
  test,
  status,
  message: status === "failed" ? `${test} is wrong` : "",
})

const run = (engine: string, results: readonly SpecResult[], fallbacks: Record<string, number> = {}) => ({
  engine,
  results,
  fallbacks,
})

test("results are counted by their status, and a failure keeps its message", () => {
  const results = [spec("add"), spec("mul"), spec("sub", "failed"), spec("div", "pending")]
  expect(conformanceReport(run("onnx", results), [])).toEqual({
    engine: "onnx",
    passed: 2,
    failed: 1,
    excluded: 0,
    pending: 1,
    exclusions: [],
    failures: [{ test: "sub", message: "sub is wrong" }],
    stale: [],
    fallbacks: {},
  })
})

test("a failure that an exclusion names is excluded, and another one is not", () => {
  const exclusions = [{ test: "sub", reason: "known" }]
  const report = conformanceReport(
    run("onnx", [spec("sub", "failed"), spec("sub int32", "failed")]),
    exclusions,
  )
  expect(report).toMatchObject({ failed: 1, excluded: 1, exclusions, stale: [] })
  expect(report.failures.map(({ test }) => test)).toEqual(["sub int32"])
})

test("an exclusion that no test has, or whose test passes, is stale", () => {
  const exclusions = ["gone", "add", "sub"].map((test) => ({ test, reason: "known" }))
  const { stale } = conformanceReport(run("onnx", [spec("add"), spec("sub", "failed")]), exclusions)
  expect(stale).toEqual([
    { test: "gone", why: "no test has this name" },
    { test: "add", why: "it passes" },
  ])
})

test("tests that share a name are excluded together, and stale only when none of them fails", () => {
  const results = [spec("add"), spec("add", "failed")]
  const report = conformanceReport(run("onnx", results), [{ test: "add", reason: "known" }])
  expect(report).toMatchObject({ passed: 0, failed: 0, excluded: 2, stale: [] })
})

test("an exclusion that ends with a star covers its suite and no suite with a longer name", () => {
  const results = [spec("unique a", "failed"), spec("unique b"), spec("uniquely a", "failed")]
  const report = conformanceReport(run("onnx", results), [{ test: "unique *", reason: "known" }])
  expect(report).toMatchObject({ passed: 0, failed: 1, excluded: 2, stale: [] })
})

test("a test that was skipped is excluded, and says nothing about its exclusion", () => {
  const exclusions = [{ test: "otsu", reason: "spoils the rest", skipped: true as const }]
  const report = conformanceReport(run("webgpu", [spec("add"), spec("otsu", "skipped")]), exclusions)
  expect(report).toMatchObject({ passed: 1, failed: 0, excluded: 1, stale: [] })
})

test("with a filter, exclusions of tests that were not run are neither listed nor stale", () => {
  const exclusions = ["add a", "mul a"].map((test) => ({ test, reason: "known" }))
  const report = conformanceReport(run("onnx", [spec("add a", "failed")]), exclusions, "add")
  expect(report).toMatchObject({ excluded: 1, exclusions: [{ test: "add a" }], stale: [] })
})

test("no results at all are an error", () => {
  expect(() => conformanceReport(run("onnx", []), [], "adds")).toThrow(
    'Expected a test whose name contains "adds", but there is none. Shorten --filter.',
  )
})

test("every result is counted once, and no failure disappears without an exclusion that names it", () => {
  const name = fc.constantFrom("a", "b", "c", "d", "e")
  const status = fc.constantFrom<SpecResult["status"]>("passed", "failed", "pending")
  const results = fc.array(fc.tuple(name, status), { minLength: 1 })
  fc.assert(
    fc.property(results, fc.uniqueArray(name), (pairs, excluded: string[]) => {
      const specs = pairs.map(([test, status]) => spec(test, status))
      const exclusions = excluded.map((test) => ({ test, reason: "known" }))
      const report = conformanceReport(run("js", specs), exclusions)
      expect(report.passed + report.failed + report.excluded + report.pending).toBe(specs.length)
      const lost = specs.filter(
        ({ test, status }) =>
          status === "failed" &&
          !excluded.includes(test) &&
          !report.failures.some((failure) => failure.test === test),
      )
      expect(lost).toEqual([])
    }),
  )
})

test("kernels that the CPU code ran come in the order of their calls", () => {
  const { fallbacks } = conformanceReport(run("onnx", [spec("fft")], { Real: 1, FFT: 3 }), [])
  expect(Object.entries(fallbacks)).toEqual([
    ["FFT", 3],
    ["Real", 1],
  ])
})

test("the readable report names failures, reasons with their counts, stale exclusions and the totals", () => {
  const exclusions = ["div", "gone"].map((test) => ({ test, reason: "no kernel" }))
  const report = conformanceReport(
    run("js", [spec("add"), spec("sub", "failed"), spec("div", "failed")], { FFT: 3 }),
    exclusions,
  )
  expect(readableReport(report)).toBe(
    [
      "FAILED  sub",
      "        sub is wrong",
      "EXCLUDED   2  no kernel",
      "STALE   gone",
      "        This exclusion can be deleted: no test has this name.",
      "Calls that the CPU code ran instead: FFT 3",
      "js: 1 passed, 1 failed, 1 excluded, 0 pending",
    ].join("\n"),
  )
})
