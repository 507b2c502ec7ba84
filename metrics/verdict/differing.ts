import type { MetricIdentity } from "@saddlepoint/core/contracts/metric"

/** The first key in which identities differ, with its values; null when all are the same. */
export function differing(values: readonly { readonly identity: MetricIdentity }[]): string | null {
  const [first, ...rest] = values
  if (first === undefined) return null
  for (const { identity } of rest) {
    if (identity === first.identity) continue
    for (const key of [...new Set([...Object.keys(first.identity), ...Object.keys(identity)])].sort()) {
      if (!Object.is(first.identity[key], identity[key])) {
        return `"${key}" (${first.identity[key] ?? "absent"} and ${identity[key] ?? "absent"})`
      }
    }
  }
  return null
}
