import { type Document, isScalar, Lexer, LineCounter, parseDocument, visit } from "yaml"
import type { Json } from "../contracts/json.ts"
import { messageOf } from "../contracts/messageOf.ts"
import { InvalidDefinition, type Mistake } from "../contracts/mistake.ts"
import { quoted } from "../contracts/neutral.ts"
import { mostLevels, plainMistakes } from "./plain.ts"

/** Characters of a definition; the largest of ours has 18,000. */
const longestText = 2 ** 20
/** More are not told. */
const mostMistakes = 100

/**
 * A JSON or YAML text (1.2 core schema, with anchors and merge keys) as plain data, however long, deep or odd it is.
 * @throws InvalidDefinition, with lines where the text itself is at fault
 */
export function parseText(text: string): Json {
  if (text.length > longestText) {
    const message = `expected a definition of at most ${longestText} characters but got ${text.length}; leave out what is no part of it`
    throw new InvalidDefinition([{ path: [], message }])
  }
  const lines = new LineCounter()
  requireShallow(text)
  const document = parsed(text, lines)
  const at = (place: number) => {
    const { line, col } = lines.linePos(place)
    return `line ${line}, column ${col}`
  }
  const errors = [...document.errors, ...document.warnings].slice(0, mostMistakes).map((error): Mistake => {
    const why = error.code === "RESOURCE_EXHAUSTION" ? tooDeep : error.message
    return { path: [], message: `expected JSON or YAML, but ${at(error.pos[0])}: ${why}` }
  })
  if (errors.length > 0) throw new InvalidDefinition(errors)
  const unfit = unfitKeys(document, at)
  if (unfit.length > 0) throw new InvalidDefinition(unfit)
  const value = dataOf(document)
  const mistakes = plainMistakes(value, [])
  if (mistakes.length > 0) throw new InvalidDefinition(mistakes.slice(0, mostMistakes))
  return value as Json
}

function parsed(text: string, lineCounter: LineCounter): Document {
  try {
    // Its own check of keys compares every pair of them.
    return parseDocument(text, { lineCounter, merge: true, prettyErrors: false, uniqueKeys: false })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new InvalidDefinition([{ path: [], message: `expected JSON or YAML, but ${tooDeep}` }])
  }
}

const tooDeep = `it has more than ${mostLevels} levels of lists and objects; nest less`

/**
 * Refuses what takes the parser a time that grows with a power of its depth: lists and objects within each other in one line, and
 * keys that are written with "?", which may be lists or objects.
 */
function requireShallow(text: string): void {
  const refuse = (why: string) => {
    throw new InvalidDefinition([{ path: [], message: `expected JSON or YAML, but ${why}` }])
  }
  let [levels, items] = [0, 0]
  for (const token of new Lexer().lex(text)) {
    if (token === "?") refuse('there is a key that is written with "?"; write `key: value`')
    if (token === "{" || token === "[") levels += 1
    else if (token === "}" || token === "]") levels = Math.max(0, levels - 1)
    // Items in items, `- - -`, with nothing but spaces between.
    items = token === "-" ? items + 1 : /^ *$/.test(token) ? items : 0
    if (levels > mostLevels || items > mostLevels) refuse(tooDeep)
  }
}

/** Keys that JSON cannot have, and keys that come twice. */
function unfitKeys(document: Document, at: (place: number) => string): readonly Mistake[] {
  const mistakes: Mistake[] = []
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>()
      for (const { key } of items) {
        const place = at((key as { range?: readonly number[] } | null)?.range?.[0] ?? 0)
        const value: unknown = isScalar(key) ? key.value : key
        // The merge key `<<`, which may come again.
        if (typeof value === "symbol") continue
        if (value !== null && typeof value === "object") {
          mistakes.push({ path: [], message: `expected a text as a key, but ${place} has another one` })
          continue
        }
        const name = String(value)
        if (seen.has(name)) {
          mistakes.push({
            path: [],
            message: `expected every key once, but ${place} has ${quoted(name)} again`,
          })
        }
        seen.add(name)
      }
      return mistakes.length < mostMistakes ? undefined : visit.BREAK
    },
  })
  return mistakes
}

function dataOf(document: Document): unknown {
  try {
    return document.toJS()
  } catch (error) {
    // Aliases that multiply or lead back to themselves, and merge keys of something else.
    const why = messageOf(error)
    throw new InvalidDefinition([{ path: [], message: `expected JSON or YAML that can be read: ${why}` }])
  }
}
