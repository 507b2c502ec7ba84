import { isObject, type Json, type JsonObject } from "@saddlepoint/core/contracts/json"
import { canonical } from "@saddlepoint/core/declare/canonical"
import type { Change } from "../../contracts/registration.ts"

/**
 * What differs between two resolved definitions, in order of path. Lists whose order means nothing (seeds, metrics,
 * comparisons) are compared as sets; an arm that is new or gone is one change.
 */
export function definitionChanges(before: JsonObject, after: JsonObject): Change[] {
  const { arms: armsBefore, ...restBefore } = before
  const { arms: armsAfter, ...restAfter } = after
  const changes = differences("", restBefore, restAfter)
  const [from, to] = [asObject(armsBefore), asObject(armsAfter)]
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])]
  const inBoth = names.filter((name) => Object.hasOwn(from, name) && Object.hasOwn(to, name))
  for (const name of names) {
    if (!inBoth.includes(name)) changes.push(change(`arms.${name}`, own(from, name), own(to, name)))
  }
  const alike = new Map<string, { readonly arms: string[]; readonly found: Change }>()
  for (const name of inBoth) {
    for (const found of differences("", asWritten(from[name]!), asWritten(to[name]!))) {
      const key = canonical({ ...found })
      const known = alike.get(key)
      if (known === undefined) alike.set(key, { arms: [name], found })
      else known.arms.push(name)
    }
  }
  for (const { arms, found } of alike.values()) {
    const all = arms.length === inBoth.length && arms.length > 1
    for (const arm of all ? ["*"] : arms) changes.push({ ...found, path: `arms.${arm}.${found.path}` })
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

/** A change in one line, e.g. `arms.gan.budget.steps: 300 -> 600`. */
export function changeInWords({ path, before, after }: Change): string {
  if (before === undefined) return `${path}: added ${valueInWords(after!)}`
  if (after === undefined) return `${path}: removed ${valueInWords(before)}`
  return `${path}: ${valueInWords(before)} -> ${valueInWords(after)}`
}

/** An arm's keys as a definition writes them: the method's own beside `role` and `budget`. */
function asWritten(arm: Json): Json {
  if (!isObject(arm)) return arm
  const { spec, steps, ...rest } = arm
  return { ...asObject(spec), ...rest, budget: { steps: steps ?? null } }
}

const sets = ["seeds", "metrics", "comparisons"]

/**
 * What differs between two values, by path from `path` on, in the order of their keys; items of lists are told by their number.
 */
export function differences(path: string, before: Json | undefined, after: Json | undefined): Change[] {
  if (before === undefined || after === undefined) {
    return before === after ? [] : [change(path, before, after)]
  }
  if (canonical(before) === canonical(after)) return []
  if (sets.includes(path) && Array.isArray(before) && Array.isArray(after)) {
    const texts = { before: before.map(canonical), after: after.map(canonical) }
    return [
      ...before
        .filter((item) => !texts.after.includes(canonical(item)))
        .map((item) => ({ path, before: item })),
      ...after
        .filter((item) => !texts.before.includes(canonical(item)))
        .map((item) => ({ path, after: item })),
      ...(isReordered(texts.before, texts.after) ? [{ path, before, after }] : []),
    ]
  }
  const isPair = isObject(before) && isObject(after)
  if (!isPair && !(Array.isArray(before) && Array.isArray(after))) return [{ path, before, after }]
  const [from, to] = [before as JsonObject, after as JsonObject]
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((key) =>
    differences(path === "" ? key : `${path}.${key}`, own(from, key), own(to, key)),
  )
}

/** The same items in another order, which for seeds decides what is played first. */
function isReordered(before: readonly string[], after: readonly string[]): boolean {
  return before.length === after.length && before.every((text) => after.includes(text))
}

function change(path: string, before: Json | undefined, after: Json | undefined): Change {
  return {
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }
}

/** A member that is the object's own: every object inherits a `toString`. */
function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function asObject(value: Json | undefined): JsonObject {
  return value !== undefined && isObject(value) ? value : {}
}

/** A value as JSON, cut where it is long. */
export function valueInWords(value: Json): string {
  const text = canonical(value)
  return text.length <= 100 ? text : `${text.slice(0, 97)}...`
}
