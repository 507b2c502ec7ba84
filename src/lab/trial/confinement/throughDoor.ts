import type { Reach } from "@saddlepoint/core/contracts/dataDoor"
import type { OpenDataset, Split } from "@saddlepoint/core/contracts/dataset"
import { asDataRefusal } from "../thrown.ts"

/** An opened dataset, and whatever splits it brings besides, whose examples are read by right. */
export function throughDoor(dataset: OpenDataset, reach: Reach): OpenDataset {
  // The same split stays the same.
  const known = new Map<object, object>()
  const through = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value
    const before = known.get(value)
    if (before !== undefined) return before
    if (isSplit(value)) {
      const read: Split["read"] = (indices) => reach(() => dataOf(() => value.read(indices)))
      const split: Split = { ...value, read }
      known.set(value, split)
      return split
    }
    const made = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, through(inner)]))
    known.set(value, made)
    return made
  }
  return through(dataset) as OpenDataset
}

/** What data give, or why they cannot be had. */
export async function dataOf<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw asDataRefusal(error)
  }
}

const isSplit = (value: object): value is Split => "read" in value && typeof value.read === "function"
