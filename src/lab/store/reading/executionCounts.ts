/** How many results of each arm stand under which execution: arm -> execution -> results. Arms of other plug-ins have other code. */
export type ExecutionCounts = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Counts results, given as pairs of arm and execution. */
export function countExecutions(
  results: Iterable<readonly [arm: string, execution: string]>,
): ExecutionCounts {
  const counts: Record<string, Record<string, number>> = {}
  for (const [arm, execution] of results) {
    const own = counts[arm] ?? {}
    counts[arm] = own
    own[execution] = (own[execution] ?? 0) + 1
  }
  return counts
}

/** `gan: dbb0… (6), a4f4… (6)` for each arm whose results stand under several executions, and are not to be mixed. */
export function mixedInWords(counts: ExecutionCounts): string[] {
  return Object.entries(counts)
    .filter(([, own]) => Object.keys(own).length > 1)
    .map(
      ([arm, own]) =>
        `${arm}: ${Object.entries(own)
          .map(([name, n]) => `${name} (${n})`)
          .join(", ")}`,
    )
}
