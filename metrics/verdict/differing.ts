import type { MetricIdentity } from "@saddlepoint/core/contracts/metric"

/** The first key in which identities differ, with its values; null when all are the same. */
export function differing(values: readonly { readonly identity: MetricIdentity }[]): string | null {
  const [first, ...rest] = values
  if (first === undefined) return null
  for (const { identity } of rest) {
    // Nearly all are alike, which is seen without putting their keys in order.
    if (alike(first.identity, identity)) continue
    for (const key of [...new Set([...Object.keys(first.identity), ...Object.keys(identity)])].sort()) {
      if (!Object.is(first.identity[key], identity[key])) {
        return `"${key}" (${first.identity[key] ?? "absent"} and ${identity[key] ?? "absent"})`
      }
    }
  }
  return null
}

function alike(one: MetricIdentity, other: MetricIdentity): boolean {
  if (one === other) return true
  for (const key in one) if (!Object.is(one[key], other[key])) return false
  for (const key in other) if (!(key in one)) return false
  return true
}
