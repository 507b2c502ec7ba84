import { createHash } from "node:crypto"
import type { Json } from "@saddlepoint/core/contracts/json"

/** What an MLflow server takes; lengths in characters (code points). Longer text it would cut in silence, or refuse. */
export const limits = {
  key: 250,
  param: 6000,
  tag: 8000,
  runName: 250,
  /** Entries of one log-batch. */
  metricsPerBatch: 1000,
  paramsPerBatch: 100,
  tagsPerBatch: 100,
  entriesPerBatch: 1000,
  /** Of a request's body. */
  bytes: 1_000_000,
} as const

/** The states of a run; a server ignores any other word in silence. */
export const runStatuses = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"] as const
export type RunStatus = (typeof runStatuses)[number]

/**
 * A key that every MLflow server takes for a metric, param or tag: letters, digits and `_ - . /` and spaces, at most 250
 * characters, a path in its shortest form. A key that is legal stays as it is; any other one is rewritten and ends in a
 * digest of the original, so that two keys never become one and the same key always becomes the same.
 *
 * The colon counts as illegal: servers before 2.16 and those on Windows refuse it.
 */
export function legalKey(key: string): string {
  const legal =
    key
      .replace(/[^\p{L}\p{N}_./\- ]/gu, "_")
      .split("/")
      .filter((part) => part !== "")
      .map((part) => (/^\.{1,2}$/.test(part) ? "_" : part))
      .join("/")
      .replace(/^\.\./, "_.") || "_"
  if (legal === key && lengthOf(key) <= limits.key) return key
  const digest = createHash("sha256").update(key).digest("hex").slice(0, 12)
  return `${firstOf(legal, limits.key - digest.length - 1)}-${digest}`
}

/** A param's or tag's value as text: strings as they are, everything else as JSON; too long ones end in `… [cut of n]`. */
export function legalText(value: Json, most: number): string {
  const plain = typeof value === "string" ? value : JSON.stringify(value)
  // Databases take neither halves of a surrogate pair nor zero characters.
  const text = plain.replace(/\p{Surrogate}|\0/gu, "\uFFFD")
  const length = lengthOf(text)
  if (length <= most) return text
  const marker = `… [cut of ${length}]`
  return firstOf(text, most - lengthOf(marker)) + marker
}

/** A metric's value as JSON can carry it. A bare NaN would be stored as 0, and with it the rest of a batch be lost. */
export function legalMetric(value: number): number | "NaN" | "Infinity" | "-Infinity" {
  if (Number.isNaN(value)) return "NaN"
  if (value === Number.POSITIVE_INFINITY) return "Infinity"
  if (value === Number.NEGATIVE_INFINITY) return "-Infinity"
  return value === 0 ? 0 : value
}

/**
 * A time (milliseconds since 1970) or a step as a whole number: a server stores a fraction as 0 and says nothing.
 * @throws RangeError when it is not finite, or too large to be exact
 */
export function wholeNumber(value: number, what: string): number {
  const whole = Math.trunc(value) + 0
  if (Number.isSafeInteger(whole)) return whole
  throw new RangeError(
    `Expected the ${what} of an MLflow metric or run to be a safe whole number, but got ${value}.`,
  )
}

/**
 * A time in milliseconds since 1970.
 * @throws RangeError when it is negative as well
 */
export function timestamp(value: number): number {
  const whole = wholeNumber(value, "time")
  if (whole >= 0) return whole
  throw new RangeError(`Expected the time of an MLflow metric or run to be 0 or later, but got ${value}.`)
}

/** @throws RangeError for a word that a server would ignore */
export function runStatus(status: string): RunStatus {
  const known = runStatuses.find((one) => one === status)
  if (known !== undefined) return known
  throw new RangeError(
    `Expected the status of an MLflow run to be one of ${runStatuses.join(", ")}, but got ${status}.`,
  )
}

function lengthOf(text: string): number {
  return text.length <= 200
    ? [...text].length
    : text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0)
}

function firstOf(text: string, most: number): string {
  return [...text].slice(0, most).join("")
}
