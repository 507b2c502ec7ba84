import type { Reach } from "@saddlepoint/core/contracts/dataDoor"
import type { OpenDataset, Split } from "@saddlepoint/core/contracts/dataset"

/** An opened dataset, and whatever splits it brings besides, whose examples are read by right. */
export function throughDoor(dataset: OpenDataset, reach: Reach): OpenDataset {
  // The same split stays the same.
  const known = new Map<object, object>()
  const through = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value
    const before = known.get(value)
    if (before !== undefined) return before
    if (isSplit(value)) {
      const split: Split = { ...value, read: (indices) => reach(() => value.read(indices)) }
      known.set(value, split)
      return split
    }
    const made = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, through(inner)]))
    known.set(value, made)
    return made
  }
  return through(dataset) as OpenDataset
}

const isSplit = (value: object): value is Split => "read" in value && typeof value.read === "function"
