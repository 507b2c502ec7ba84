import { type Axis, axis } from "../contracts/axis.ts"
import { isObject, type Json, type JsonObject } from "../contracts/json.ts"
import { shown } from "./definition.ts"
import { listed } from "./suggestion.ts"

/**
 * A value that a search looks for. It stands wherever an axis may; only a search knows what to do with it, every other
 * definition refuses it.
 */
export interface Tunable<T> extends Axis<T> {
  /** `choose`: one of the values. `linear`, `log`: a number between the two values, evenly on that scale. */
  readonly search: "choose" | "linear" | "log"
  /** Whole numbers only. */
  readonly integer?: boolean
}

/** One of these values: `choose(1, 10, 100)`, or `choose({ small: unet({ width: 8 }), big: unet({ width: 16 }) })`. */
export function choose<const T>(values: Readonly<Record<string, T>>): Tunable<T>
export function choose<const T extends string | number | boolean>(...values: readonly T[]): Tunable<T>
export function choose<T>(...values: readonly unknown[]): Tunable<T> {
  return { ...(axis as (...given: readonly unknown[]) => Axis<T>)(...values), search: "choose" }
}

/** A number in [from, to]: `range(1e-5, 1e-3, { scale: "log" })`, `range(2, 8, { integer: true })`. */
export function range(
  from: number,
  to: number,
  {
    scale = "linear",
    integer = false,
  }: { readonly scale?: "linear" | "log"; readonly integer?: boolean } = {},
): Tunable<number> {
  return { axis: [from, to], search: scale, ...(integer ? { integer } : {}) }
}

/** A tunable as it stands in JSON, and where, relative to the arm. */
export interface TunableNode {
  readonly path: readonly (string | number)[]
  readonly node: JsonObject
}

export function isTunable(node: Json | undefined): node is JsonObject {
  return isObject(node) && Object.hasOwn(node, "search") && Array.isArray(node.axis)
}

/** The tunables of an arm, in path order. */
export function tunablesOf(node: Json, path: TunableNode["path"] = []): TunableNode[] {
  if (isTunable(node)) return [{ path, node }]
  if (Array.isArray(node)) return node.flatMap((item, index) => tunablesOf(item, [...path, index]))
  if (!isObject(node)) return []
  return Object.keys(node)
    .sort()
    .flatMap((key) => tunablesOf(node[key]!, [...path, key]))
}

/** What is wrong with a tunable, as a sentence; undefined when nothing is. */
export function flawOf({
  axis: values,
  search,
  labels: _,
  integer,
  ...others
}: JsonObject): string | undefined {
  const unknown = Object.keys(others)
  if (unknown.length > 0) return `expected a tunable without ${listed(unknown)}; remove it`
  const list = values as readonly Json[]
  if (search === "choose") {
    if (list.some((value) => tunablesOf(value).length > 0)) {
      return "expected values to choose from without tunables of their own; list them one by one"
    }
    return list.length > 0 ? undefined : "expected at least one value to choose from but got none"
  }
  if (search !== "linear" && search !== "log") {
    return `expected "choose", "linear" or "log" as "search" but got ${shown(search)}`
  }
  const [from, to] = list
  if (list.length !== 2 || typeof from !== "number" || typeof to !== "number" || !(from < to)) {
    return `expected a range of two numbers, the smaller first, but got ${shown(values)}`
  }
  if (search === "log" && from <= 0) return `expected a range above 0 on a log scale but got one from ${from}`
  if (!Number.isFinite(search === "log" ? to / from : to - from)) {
    return `expected a range whose ends a number can tell apart but got ${shown(values)}; take a narrower one`
  }
  if (integer === true && !(Number.isInteger(from) && Number.isInteger(to))) {
    return `expected whole numbers as the ends of a range of whole numbers but got ${from} and ${to}`
  }
  return undefined
}

/**
 * The value of a tunable at a point of [0, 1). Real numbers are rounded to six digits, so that names of arms tell the
 * very values.
 */
export function valueAt({ axis: values, search, integer }: JsonObject, point: number): Json {
  const list = values as Json[]
  if (search === "choose") return list[Math.min(list.length - 1, Math.floor(point * list.length))]!
  const [from, to] = list as [number, number]
  if (integer === true) {
    // Every whole number has a share as wide as the others'.
    const [low, high] = [from - 0.5, to + 0.5]
    const value = search === "log" ? low * (high / low) ** point : low + point * (high - low)
    return Math.min(to, Math.max(from, Math.round(value)))
  }
  const value = search === "log" ? from * (to / from) ** point : from + point * (to - from)
  return Math.min(to, Math.max(from, Number(value.toPrecision(6))))
}

/** The arm with values in the places of its tunables. */
export function put(arm: Json, places: readonly TunableNode[], values: readonly Json[]): Json {
  return places.reduce((result, { path }, index) => putOne(result, path, values[index]!), arm)
}

function putOne(node: Json, [key, ...rest]: readonly (string | number)[], value: Json): Json {
  if (key === undefined) return value
  if (Array.isArray(node))
    return node.map((item, index) => (index === key ? putOne(item, rest, value) : item))
  const object = node as JsonObject
  return { ...object, [key]: putOne(object[key]!, rest, value) }
}
