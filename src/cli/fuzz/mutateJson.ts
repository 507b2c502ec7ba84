import { isObject, type Json, type JsonObject } from "@saddlepoint/core/contracts/json"
import type { Stream } from "@saddlepoint/engine/random"
import { oneOf } from "./mutateBytes.ts"

type Path = readonly (string | number)[]

/** Texts that stand in JSON for what JSON.stringify cannot write; `inJson` puts it there. */
const standIns: Readonly<Record<string, string>> = {
  "@nested lists": `${"[".repeat(10_000)}${"]".repeat(10_000)}`,
  "@nested objects": `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
  "@nested 150": `${"[".repeat(150)}${"]".repeat(150)}`,
  "@prototype": '{"__proto__":{"use":"l1","weight":3},"constructor":1}',
  "@huge": "1e999",
  "@nan": "NaN",
  "@tooLong": "123456789012345678901234567890",
}

/** JSON text of a value, with what stand-ins stand for. */
export function inJson(value: Json, spaces?: number): string {
  return withStandIns(JSON.stringify(value, null, spaces))
}

/** A text in which stand-ins are quoted, with what they stand for. */
export function withStandIns(text: string): string {
  return text.replace(/"(@[\w ]+)"/g, (whole, name: string) => standIns[name] ?? whole)
}

/** Names and texts that have done harm somewhere. */
export const oddTexts: readonly string[] = [
  "",
  " ",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "use",
  "axis",
  "null",
  "NaN",
  "-1",
  "a.b.c",
  "a=b",
  "con",
  "..",
  "../../etc/nothing",
  "nowhere/at/all",
  "two\nlines",
  "tab\there",
  "bell\u0007and\u001b[31mred",
  "turned\u202eround",
  "nothing\u0000behind",
  "lone \ud800 half",
  "\u{1f469}\u200d\u{1f4bb}",
  "e\u0301",
  "ﬁ",
  "<b>&amp;</b>",
  '"quoted"',
  "`ticks`",
  "%s%d",
  "x".repeat(300),
  "long ".repeat(20_000),
]

const oddNumbers: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  1e-320,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  1e21,
  10_000,
  1_000_000,
  3.999,
]

const oddValues: readonly Json[] = [
  null,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  { toString: 1 },
  { toString: null, valueOf: null },
  { length: 3 },
  { toJSON: 1 },
  { axis: [] },
  { axis: 3 },
  { axis: [1, 1] },
  { axis: [{ axis: [1, 2] }, 3], labels: ["a", "b"] },
  { axis: [1, 2], zip: "z" },
  { range: [0, 1] },
  { use: 1 },
  { use: {} },
  { use: { toString: 1 } },
  { use: [["l1"]] },
  { use: "l1", use2: "l1" },
  ...Object.keys(standIns),
]

/** A value that does not belong anywhere. */
export function oddValue(draw: Stream): Json {
  const kind = draw.integer(4)
  if (kind === 0) return oneOf(draw, oddTexts)
  if (kind === 1) return oneOf(draw, oddNumbers)
  if (kind === 2) return oneOf(draw, oddValues)
  const size = oneOf(draw, [2, 2, 7, 120])
  return { axis: Array.from({ length: size }, (_, index) => index + 1) }
}

type Mutation = (draw: Stream, node: Json, whole: Json, names: readonly string[]) => Json

const mutations: Readonly<Record<string, Mutation>> = {
  "odd value": (draw) => oddValue(draw),
  "a key less": (draw, node) => {
    if (Array.isArray(node)) return node.filter((_, index) => index !== node.length - 1)
    if (!isObject(node)) return null
    const gone = oneOf(draw, [...Object.keys(node), ""])
    return Object.fromEntries(Object.entries(node).filter(([key]) => key !== gone))
  },
  "a key more": (draw, node) =>
    Array.isArray(node)
      ? [...node, oddValue(draw)]
      : { ...(isObject(node) ? node : {}), [oneOf(draw, oddTexts)]: oddValue(draw) },
  "another key": (draw, node) => {
    if (!isObject(node)) return [node]
    const old = oneOf(draw, [...Object.keys(node), ""])
    const renamed = draw.integer(2) === 0 ? oneOf(draw, oddTexts) : `${old}${old.slice(-1)}`
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key === old ? renamed : key, value]),
    )
  },
  "other plug-in": (draw, node, _, names) => ({
    ...(isObject(node) && draw.integer(2) === 0 ? node : {}),
    use: oneOf(draw, names),
  }),
  "list for object": (_, node) => (isObject(node) ? Object.values(node) : [node]),
  "object for list": (_, node) => (Array.isArray(node) ? { ...node } : { value: node }),
  "many of it": (draw, node) => Array<Json>(oneOf(draw, [2, 3, 200])).fill(node),
  "axis of it": (draw, node) => ({ axis: [node, oddValue(draw)] }),
  "text of it": (_, node) => JSON.stringify(node),
  "part of elsewhere": (draw, _, whole) => valueAt(whole, oneOf(draw, pathsIn(whole))),
  "scaled number": (draw, node) => Number(node) * oneOf(draw, [-1, 2, 10, 1000, 1e9, 0.5]) || 0,
  "number of elsewhere": (draw, node, whole) => {
    const numbers = pathsIn(whole).filter((path) => typeof valueAt(whole, path) === "number")
    return numbers.length === 0 ? node : valueAt(whole, oneOf(draw, numbers))
  },
}

const fitting: Readonly<Record<string, (node: Json) => boolean>> = {
  "scaled number": (node) => typeof node === "number",
  "number of elsewhere": (node) => typeof node === "number",
  "other plug-in": (node) => isObject(node) && Object.hasOwn(node, "use"),
}

/**
 * Plain data with one to three mutations, the first of which names the kind.
 * @param names of plug-ins
 */
export function mutatedJson(
  json: JsonObject,
  draw: Stream,
  names: readonly string[],
): { readonly json: Json; readonly kind: string } {
  let changed: Json = json
  let kind = ""
  for (let count = oneOf(draw, [1, 1, 1, 2, 3]); count > 0; count--) {
    const paths = pathsIn(changed)
    const name = oneOf(draw, Object.keys(mutations))
    // Numbers and plug-ins change places of their own kind, so that more than the first check is reached.
    const fits = (path: Path) => fitting[name]?.(valueAt(changed, path)) ?? true
    const own = paths.filter(fits)
    const path = oneOf(draw, own.length > 0 ? own : paths)
    const node = valueAt(changed, path)
    changed = replaced(changed, path, mutations[name]!(draw, node, changed, names))
    kind ||= name
  }
  return { json: changed, kind }
}

/** Places within a value, its own root last of all. */
export function pathsIn(value: Json, path: Path = []): Path[] {
  const inner = Array.isArray(value)
    ? value.flatMap((item: Json, index) => pathsIn(item, [...path, index]))
    : isObject(value)
      ? Object.entries(value).flatMap(([key, member]) => pathsIn(member, [...path, key]))
      : []
  return [...inner, path]
}

function valueAt(json: Json, path: Path): Json {
  return path.reduce<Json>((node, key) => (node as Readonly<Record<string | number, Json>>)[key]!, json)
}

function replaced(node: Json, [key, ...rest]: Path, value: Json): Json {
  if (key === undefined) return value
  if (Array.isArray(node))
    return node.map((item: Json, index) => (index === key ? replaced(item, rest, value) : item))
  const members = Object.entries(node as JsonObject)
  return Object.fromEntries(
    members.map(([name, member]) => [name, name === key ? replaced(member, rest, value) : member]),
  )
}
