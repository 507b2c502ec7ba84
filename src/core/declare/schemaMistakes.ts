import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { isObject, type Json, type JsonObject } from "../contracts/json.ts"
import type { Mistake } from "../contracts/mistake.ts"
import { quoted } from "../contracts/neutral.ts"
import { shown } from "./definition.ts"
import { nearest, suggestion } from "./suggestion.ts"

type Path = Mistake["path"]
type Decoder = (value: unknown) => Result.Result<Readonly<Record<string, unknown>>, Schema.SchemaError>

const format = SchemaIssue.makeFormatterStandardSchemaV1()
const decoders = new WeakMap<Schema.Struct.Fields, Decoder>()

function decoderOf(fields: Schema.Struct.Fields): Decoder {
  const known = decoders.get(fields)
  if (known !== undefined) return known
  // Options are plain values: their schemas need no services.
  const schema = Schema.Struct(fields) as unknown as Schema.Codec<Readonly<Record<string, unknown>>>
  const decoder = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error" })
  decoders.set(fields, decoder)
  return decoder
}

/**
 * Decodes the members of an object by their schemas, with defaults filled in, and reports everything that is wrong.
 * @param others keys that may stand there too; they are left to the caller
 * @returns nothing when there were mistakes
 */
export function decodeFields(
  fields: Schema.Struct.Fields,
  json: JsonObject,
  path: Path,
  mistakes: Mistake[],
  others: readonly string[] = [],
): Readonly<Record<string, unknown>> | undefined {
  const before = mistakes.length
  const known = [...Object.keys(fields), ...others]
  for (const key of Object.keys(json)) {
    if (known.includes(key)) continue
    mistakes.push({
      path: [...path, key],
      message: `unknown key ${quoted(key)}${suggestion(key, known, "known keys")}`,
    })
  }
  const own = Object.fromEntries(Object.entries(json).filter(([key]) => Object.hasOwn(fields, key)))
  const decoded = decoderOf(fields)(own)
  if (Result.isFailure(decoded)) {
    for (const issue of format(decoded.failure.issue).issues) {
      const inner = (issue.path ?? []) as Path
      mistakes.push({ path: [...path, ...inner], message: sentenceOf(issue.message, inner, own, fields) })
    }
  }
  return mistakes.length === before && Result.isSuccess(decoded) ? decoded.success : undefined
}

/** Turns Effect's message (`Expected a value greater than 0`) into a sentence with what came. */
function sentenceOf(message: string, path: Path, json: JsonObject, fields: Schema.Struct.Fields): string {
  if (message === "Expected no excess property")
    return `unknown key ${quoted(String(path.at(-1)))}; remove it`
  if (message === "Missing key") {
    const field = path.length === 1 ? fields[String(path[0])] : undefined
    return `expected ${field === undefined ? "a value" : expectedBy(field)} but got nothing; add it`
  }
  const value = valueAt(json, path)
  const expected = message.startsWith("Expected ") ? `expected ${readable(message.slice(9))}` : message
  const got = / got /.test(expected) ? "" : ` but got ${shown(value)}`
  return `${expected}${got}${meant(value, message)}`
}

function expectedBy(field: Schema.Struct.Fields[string]): string {
  const schema = field as unknown as Schema.Codec<unknown>
  const decoded = Schema.decodeUnknownResult(schema)(undefined)
  const message = Result.isFailure(decoded) ? format(decoded.failure.issue).issues[0]?.message : undefined
  return message?.startsWith("Expected ") ? readable(message.slice(9)) : "a value"
}

const words: Readonly<Record<string, string>> = {
  number: "a number",
  string: "a string",
  boolean: "true or false",
  array: "a list",
  object: "an object",
}

/** `number | "auto"` reads `a number or "auto"`. */
function readable(expected: string): string {
  const parts = expected.split(" | ").map((part) => words[part] ?? part)
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} or ${parts.at(-1)}`
}

function meant(value: unknown, message: string): string {
  const near =
    typeof value === "string"
      ? nearest(
          value,
          [...message.matchAll(/"([^"]*)"/g)].map((match) => match[1]!),
        )
      : undefined
  return near === undefined ? "" : `; did you mean "${near}"?`
}

function valueAt(json: Json, path: Path): Json | undefined {
  let value: Json | undefined = json
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)]
    else if (isObject(value)) value = value[key]
    else return undefined
  }
  return value
}
