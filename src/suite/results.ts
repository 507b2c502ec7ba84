/** Where vitest leaves the results of a workspace's tests, below the workspace's folder. */
export const resultsFile = "node_modules/.vitest/results.json"

/** How many tests of a workspace ended how. */
export interface TestCounts {
  readonly passed: number
  /** Failed tests, and files that failed without one, because they could not be loaded. */
  readonly failed: number
  /** Tests that were skipped or are still to be written. */
  readonly skipped: number
}

/** What is read of vitest's JSON report. */
interface JsonReport {
  readonly numPassedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/** @param text a report of vitest's reporter `json` */
export function countsOf(text: string): TestCounts {
  const report: JsonReport = JSON.parse(text)
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && assertionResults.every((result) => result.status !== "failed"),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}
