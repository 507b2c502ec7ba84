import type { Exclusion } from "../report.ts"

/**
 * Exclusions that share a reason.
 * @param tests the tests' own names by the name of their suite, exactly as TensorFlow.js has them; `*` is all of them
 * @param how `skipped`: not even run
 */
export function exclude(
  reason: string,
  tests: Readonly<Record<string, readonly string[]>>,
  how: Pick<Exclusion, "skipped"> = {},
): Exclusion[] {
  return Object.entries(tests).flatMap(([suite, names]) =>
    names.map((name) => ({ test: `${suite} ${name}`, reason, ...how })),
  )
}
