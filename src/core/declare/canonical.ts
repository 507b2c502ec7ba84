import { createHash } from "node:crypto"
import type { Json, JsonObject } from "../contracts/json.ts"

/**
 * The one text of a JSON value, in the manner of RFC 8785: keys in the order of their UTF-16 code units, no spaces,
 * numbers as ECMAScript prints them, -0 as 0. Equal values have equal texts, unlike values unlike texts.
 * @throws TypeError for what JSON cannot hold (undefined, NaN, infinities, functions), with the place
 */
export function canonical(value: Json): string {
  return text(value, "")
}

/** `canonical` of an object whose members are canonical texts already, so that shared members are printed once. */
export function canonicalObject(members: Readonly<Record<string, string>>): string {
  const parts = Object.keys(members)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${members[key]}`)
  return `{${parts.join(",")}}`
}

/** SHA-256 of the canonical text in UTF-8, as 64 hex digits. */
export function contentHash(value: Json): string {
  return textHash(canonical(value))
}

/** SHA-256 of a text in UTF-8, as 64 hex digits. */
export function textHash(value: string): string {
  return createHash("sha256").update(value, "utf8").digest("hex")
}

/** The items in the order of their canonical texts. */
export function canonicalOrder(items: readonly JsonObject[]): JsonObject[] {
  return items
    .map((item) => ({ item, text: canonical(item) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ item }) => item)
}

function text(value: unknown, place: string): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value)
  // JSON.stringify prints -0 as 0.
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item, index) => text(item, `${place}.${index}`)).join(",")}]`
  }
  if (typeof value === "object") {
    const parts = Object.keys(value)
      .sort()
      .map(
        (key) => `${JSON.stringify(key)}:${text((value as Record<string, unknown>)[key], `${place}.${key}`)}`,
      )
    return `{${parts.join(",")}}`
  }
  throw new TypeError(`expected a JSON value at "${place.slice(1)}" but got ${String(value)}`)
}
