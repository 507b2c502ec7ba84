import { expect, test } from "vitest"
import { countsOf } from "./results.ts"

const report = {
  numPassedTests: 5,
  numFailedTests: 1,
  numPendingTests: 2,
  numTodoTests: 1,
  testResults: [{ status: "failed", assertionResults: [{ status: "passed" }, { status: "failed" }] }],
}

test("skipped tests are those that wait and those that are to be written", () => {
  expect(countsOf(JSON.stringify(report))).toEqual({ passed: 5, failed: 1, skipped: 3 })
})

test("a file that could not be loaded, and so has no failed test, counts as one that failed", () => {
  const unloaded = { status: "failed", assertionResults: [] }
  const all = { ...report, testResults: [...report.testResults, unloaded] }
  expect(countsOf(JSON.stringify(all)).failed).toBe(2)
})
