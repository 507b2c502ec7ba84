import type { Reach } from "@saddlepoint/core/contracts/dataDoor"
import type { OpenDataset, Split } from "@saddlepoint/core/contracts/dataset"
import { asDataRefusal } from "../thrown.ts"

/** An opened dataset, and whatever splits it brings besides, whose examples are read by right. */
export function throughDoor(dataset: OpenDataset, reach: Reach): OpenDataset {
  // The same split stays the same.
  const known = new Map<object, unknown>()
  const through = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value
    if (!known.has(value))
      known.set(value, isSplit(value) ? split(value) : isPlain(value) ? each(value) : value)
    return known.get(value)
  }
  const split = (value: Split): Split => ({
    size: value.size,
    fields: value.fields,
    read: (indices) => reach(() => dataOf(() => value.read(indices))),
  })
  const each = (value: object) =>
    Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, through(inner)]))
  // An instance of a class may have these as getters.
  const { splits, classes, domains, sourceTest, targetValidation } = dataset
  const parts = { splits: { ...splits }, classes, domains, sourceTest, targetValidation }
  const given = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined))
  return each({ ...dataset, ...given }) as unknown as OpenDataset
}

/** What data give, or why they cannot be had. */
export async function dataOf<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw asDataRefusal(error)
  }
}

const isPlain = (value: object): boolean =>
  Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null

const isSplit = (value: object): value is Split => "read" in value && typeof value.read === "function"
