/** The outcome of one of TensorFlow.js's own tests. */
export interface SpecResult {
  /** The names of its suites, then its own: the same on every engine. */
  readonly test: string
  readonly status: "passed" | "failed" | "pending" | "skipped"
  /** Why it failed; empty otherwise. */
  readonly message: string
}

/** A test that an engine is known to fail. */
export interface Exclusion {
  /**
   * Its name, exactly; specs that share a name are excluded together. With ` *` at the end, every test of a suite:
   * for suites of one kernel that the engine does not have.
   */
  readonly test: string
  /** Why it fails, and why that is acceptable. */
  readonly reason: string
  /** True when it is not even run, because it would spoil the tests after it. */
  readonly skipped?: true
}

/** What `npm run conformance -- --json` prints. */
export interface ConformanceReport {
  readonly engine: string
  readonly passed: number
  readonly failed: number
  /** Specs that an exclusion names, whether they failed, passed or were skipped. */
  readonly excluded: number
  /** Specs that TensorFlow.js itself skips. */
  readonly pending: number
  readonly exclusions: readonly Exclusion[]
  readonly failures: readonly { readonly test: string; readonly message: string }[]
  /** Exclusions that should be deleted: they name no spec, or one that passes. */
  readonly stale: readonly { readonly test: string; readonly why: string }[]
  /** Kernels that TensorFlow.js's CPU code ran in the engine's place, by calls: their passes are not the engine's. */
  readonly fallbacks: Readonly<Record<string, number>>
}

/** A run to be reported. */
export interface ConformanceRun {
  readonly engine: string
  readonly results: readonly SpecResult[]
  readonly fallbacks: Readonly<Record<string, number>>
}

/**
 * Sorts results into passed, failed and excluded. Excluded specs are run as well, so that an exclusion that
 * is no longer needed shows up in `stale`.
 * @param filter the text by which specs were chosen; exclusions of other specs are left out of the report
 * @throws Error when there are no results: nothing was tested, which must not look like a success
 */
export function conformanceReport(
  { engine, results, fallbacks }: ConformanceRun,
  allExclusions: readonly Exclusion[],
  filter = "",
): ConformanceReport {
  if (results.length === 0) {
    throw new Error(`Expected a test whose name contains "${filter}", but there is none. Shorten --filter.`)
  }
  const exclusions = allExclusions.filter(
    (exclusion) => exclusion.test.includes(filter) || results.some(({ test }) => covers(exclusion, test)),
  )
  const isExcluded = ({ test }: SpecResult) => exclusions.some((exclusion) => covers(exclusion, test))
  const counted = results.filter((result) => !isExcluded(result))
  const withStatus = (status: SpecResult["status"]) => counted.filter((result) => result.status === status)
  const failures = withStatus("failed")
  return {
    engine,
    passed: withStatus("passed").length,
    failed: failures.length,
    excluded: results.length - counted.length,
    pending: withStatus("pending").length,
    exclusions,
    failures: failures.map(({ test, message }) => ({ test, message })),
    stale: exclusions.flatMap((exclusion) => {
      const named = results.filter((result) => covers(exclusion, result.test))
      if (named.length === 0) return [{ test: exclusion.test, why: "no test has this name" }]
      if (named.some(({ status }) => status === "failed" || status === "skipped")) return []
      return [{ test: exclusion.test, why: "it passes" }]
    }),
    fallbacks: Object.fromEntries(Object.entries(fallbacks).sort(([, a], [, b]) => b - a)),
  }
}

function covers(exclusion: Exclusion, test: string): boolean {
  return exclusion.test.endsWith(" *")
    ? test.startsWith(exclusion.test.slice(0, -1))
    : test === exclusion.test
}

/** The report for people. */
export function readableReport(report: ConformanceReport): string {
  const { engine, passed, failed, excluded, pending, failures, exclusions, stale, fallbacks } = report
  const handedOver = Object.entries(fallbacks).map(([kernel, calls]) => `${kernel} ${calls}`)
  const reasons = new Map<string, number>()
  for (const { reason } of exclusions) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  return [
    ...failures.map(
      ({ test, message }) => `FAILED  ${test}\n        ${message.split("\n").join("\n        ")}`,
    ),
    ...[...reasons].map(([reason, count]) => `EXCLUDED ${String(count).padStart(3)}  ${reason}`),
    ...stale.map(({ test, why }) => `STALE   ${test}\n        This exclusion can be deleted: ${why}.`),
    ...(handedOver.length === 0 ? [] : [`Calls that the CPU code ran instead: ${handedOver.join(", ")}`]),
    `${engine}: ${passed} passed, ${failed} failed, ${excluded} excluded, ${pending} pending`,
  ].join("\n")
}
