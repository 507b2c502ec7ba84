import type { OpenDataset, Split } from "@saddlepoint/core/contracts/dataset"
import { isObject, type Json, type JsonObject } from "@saddlepoint/core/contracts/json"

/**
 * An opened dataset without its examples, by the names that it has itself: of every split `{ size, fields }`, and names of classes. So networks
 * can be built that take and give its shapes, wherever the data are.
 */
export type DatasetForm = JsonObject

/** The form of a dataset. */
export function formOf(dataset: OpenDataset): DatasetForm {
  return formIn(dataset) as DatasetForm
}

/**
 * A dataset of this form. Only who reads an example needs the real one.
 * @param real opens it, once; what it throws is what a reader gets
 */
export function datasetOfForm(form: DatasetForm, real: () => Promise<OpenDataset>): OpenDataset {
  let opened: Promise<OpenDataset> | undefined
  const whole = () => {
    opened ??= real()
    return opened
  }
  const standIn = (part: Json, path: readonly string[]): unknown => {
    if (!isObject(part)) return part
    if (!isSplit(part)) {
      return Object.fromEntries(
        Object.entries(part).map(([name, one]) => [name, standIn(one, [...path, name])]),
      )
    }
    const { size, fields } = part as Pick<Split, "size" | "fields"> & JsonObject
    const read: Split["read"] = async (indices) => (partOf(await whole(), path) as Split).read(indices)
    return { size, fields, read }
  }
  return standIn(form, []) as OpenDataset
}

/** Nothing of what is neither a split, names, nor holds such: a dataset may have anything else to itself. */
function formIn(part: unknown): Json | undefined {
  if (Array.isArray(part)) return part.every((name) => typeof name === "string") ? part : undefined
  if (typeof part !== "object" || part === null) return undefined
  const { size, fields, read } = part as Partial<Split>
  if (typeof size === "number" && typeof read === "function")
    return { size, fields: JSON.parse(JSON.stringify(fields)) }
  if (Object.getPrototypeOf(part) !== Object.prototype) return undefined
  const members = Object.entries(part).flatMap(([name, one]) => {
    const form = formIn(one)
    return form === undefined ? [] : [[name, form] as const]
  })
  return members.length === 0 ? undefined : Object.fromEntries(members)
}

function isSplit({ size, fields }: JsonObject): boolean {
  return typeof size === "number" && isObject(fields)
}

function partOf(whole: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], whole)
}
