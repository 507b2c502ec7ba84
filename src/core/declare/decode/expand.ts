import { isObject, type Json, type JsonObject } from "../../contracts/json.ts"
import { type Mistake, pathText } from "../../contracts/mistake.ts"
import { quoted } from "../../contracts/neutral.ts"
import { canonical } from "../canonical.ts"
import { shown } from "../definition.ts"
import { listed } from "../suggestion.ts"
import type { AxisPoint } from "../trial.ts"

type Path = Mistake["path"]

/** More arms than this are taken for a slip. */
export const mostPoints = 10_000

/** A definition without axes that an arm with axes stands for. */
export interface Point {
  readonly json: JsonObject
  /** `discriminator.receptiveField=16`; several axes joined by commas in path order; empty without axes. */
  readonly label: string
  /** The same as facts. */
  readonly points: readonly AxisPoint[]
  /** Where a path of this point lies in the arm as it was written: through `axis` and the index of the value. */
  written(path: Path): Path
}

interface Choice {
  readonly path: Path
  readonly label: string
  readonly index: number
  readonly value: Json
}

interface Found {
  readonly path: Path
  readonly zip: string | undefined
  readonly choices: readonly Choice[]
}

/**
 * Every point of an arm's axes, in path order with the first axis slowest. Axes of one `zip` advance together, at the
 * place of the first of them. An axis may stand for any value, and within the values of another.
 * @param path of the arm, for mistakes
 */
export function expand(arm: JsonObject, path: Path, mistakes: Mistake[]): Point[] {
  const seen = new Set<string>()
  const report = (at: Path, message: string) => {
    const key = JSON.stringify([at, message])
    if (!seen.has(key)) mistakes.push({ path: [...path, ...at], message })
    seen.add(key)
  }
  return points(arm, [], report).map(({ json, taken }) => {
    const chosen = [...taken].sort((a, b) => comparePaths(a.path, b.path)).map(axisPoint)
    return {
      json,
      label: chosen.map(({ field, text }) => `${field}=${text}`).join(","),
      points: chosen,
      written: (inner) => written(inner, taken),
    }
  })
}

function axisPoint({ path, label, value }: Choice): AxisPoint {
  return { field: path.join("."), text: label, value: typeof value === "number" ? value : null }
}

type Report = (path: Path, message: string) => void

function points(
  arm: JsonObject,
  taken: readonly Choice[],
  report: Report,
): { json: JsonObject; taken: readonly Choice[] }[] {
  const found: Found[] = []
  for (const { path, node } of axesOf(arm, [])) {
    const axis = readAxis(node, path, (message) => report(written(path, taken), message))
    if (axis === undefined) return []
    found.push(axis)
  }
  if (found.length === 0) return [{ json: arm, taken }]
  const groups = group(found, (path, message) => report(written(path, taken), message))
  const size = groups.reduce((product, rows) => product * rows.length, 1)
  if (size > mostPoints) {
    report([], `expected axes of at most ${mostPoints} points in all but got ${size}; zip some of them`)
    return []
  }
  let chosen: Choice[][] = [[]]
  for (const rows of groups) chosen = chosen.flatMap((before) => rows.map((row) => [...before, ...row]))
  // The values of an axis may hold axes in turn.
  const all: { json: JsonObject; taken: readonly Choice[] }[] = []
  for (const choices of chosen) {
    for (const point of points(substitute(arm, choices), [...taken, ...choices], report)) all.push(point)
    if (all.length <= mostPoints) continue
    report([], `expected axes of at most ${mostPoints} points in all but got more; zip some of them`)
    return []
  }
  return all
}

/** The outermost axes, in path order. */
function axesOf(node: Json, path: Path): { path: Path; node: JsonObject }[] {
  if (Array.isArray(node)) return node.flatMap((item, index) => axesOf(item, [...path, index]))
  if (!isObject(node)) return []
  if (path.length > 0 && Object.hasOwn(node, "axis")) return [{ path, node }]
  return Object.keys(node)
    .sort()
    .flatMap((key) => axesOf(node[key]!, [...path, key]))
}

function readAxis(node: JsonObject, path: Path, report: (message: string) => void): Found | undefined {
  const { axis, labels, zip, ...others } = node
  const unknown = Object.keys(others)
  if (unknown.length > 0) {
    report(`an axis has the keys "axis", "labels" and "zip" but got ${listed(unknown)}; remove it`)
  }
  if (!Array.isArray(axis)) {
    report(`expected a list of values as "axis" but got ${shown(axis)}`)
    return undefined
  }
  if (axis.length === 0) {
    report("expected at least one value on the axis but got none")
    return undefined
  }
  if (zip !== undefined && typeof zip !== "string") report(`expected a name as "zip" but got ${shown(zip)}`)
  let names: Json[] | undefined
  if (labels !== undefined) {
    if (!Array.isArray(labels) || labels.some((label) => typeof label !== "string" || label === "")) {
      report(`expected a list of names as "labels" but got ${shown(labels)}`)
    } else if (labels.length !== axis.length) {
      report(`expected one label for each of the ${axis.length} values but got ${labels.length} labels`)
    } else names = labels
  }
  return {
    path,
    zip: typeof zip === "string" ? zip : undefined,
    choices: axis.map((value: Json, index) => ({
      path,
      index,
      value,
      label: String(names?.[index] ?? named(value)),
    })),
  }
}

function named(value: Json): string {
  if (typeof value === "string") return value
  if (isObject(value) && typeof value.use === "string") return value.use
  return canonical(value)
}

/** Axes that are crossed with each other, as rows of choices; zipped axes make one group. */
function group(found: readonly Found[], report: Report): Choice[][][] {
  const groups: { zip: string | undefined; axes: Found[] }[] = []
  for (const axis of found) {
    const same = axis.zip === undefined ? undefined : groups.find((other) => other.zip === axis.zip)
    if (same === undefined) groups.push({ zip: axis.zip, axes: [axis] })
    else same.axes.push(axis)
  }
  return groups.map(({ zip, axes }) => {
    const [first, ...others] = axes
    const length = first!.choices.length
    for (const axis of others) {
      if (axis.choices.length === length) continue
      const message = `expected ${length} values, as many as ${pathText(first!.path)} has on the zipped axis ${quoted(zip!)}, but got ${axis.choices.length}`
      report(axis.path, message)
    }
    const shortest = Math.min(...axes.map((axis) => axis.choices.length))
    return Array.from({ length: shortest }, (_, index) => axes.map((axis) => axis.choices[index]!))
  })
}

function substitute(node: JsonObject, choices: readonly Choice[]): JsonObject {
  let result: Json = node
  for (const { path, value } of choices) result = replaced(result, path, 0, value)
  return result as JsonObject
}

function replaced(node: Json, path: Path, depth: number, value: Json): Json {
  const key = path[depth]
  if (key === undefined) return value
  if (Array.isArray(node)) {
    return node.map((item: Json, index) => (index === key ? replaced(item, path, depth + 1, value) : item))
  }
  const object = node as JsonObject
  return { ...object, [key]: replaced(object[key]!, path, depth + 1, value) }
}

function written(path: Path, taken: readonly Choice[]): Path {
  const result: (string | number)[] = []
  for (let depth = 0; depth < path.length; depth++) {
    result.push(path[depth]!)
    for (const choice of taken) {
      if (choice.path.length === depth + 1 && choice.path.every((key, at) => key === path[at])) {
        result.push("axis", choice.index)
      }
    }
  }
  return result
}

function comparePaths(a: Path, b: Path): number {
  for (let depth = 0; depth < Math.min(a.length, b.length); depth++) {
    const left = a[depth]!
    const right = b[depth]!
    if (left === right) continue
    if (typeof left === "number" && typeof right === "number") return left - right
    return String(left) < String(right) ? -1 : 1
  }
  return a.length - b.length
}
