import { expect, test } from "vitest"
import { refusals } from "../testing/refusals.ts"
import { parseText } from "./parseText.ts"

const refused = (text: string) => refusals(() => parseText(text))

test("JSON and YAML are plain data, with anchors and merge keys", () => {
  expect(parseText('{"a": [1, null, "x"], "b": {}}')).toEqual({ a: [1, null, "x"], b: {} })
  expect(parseText("one: &one { a: 1, b: 2 }\ntwo: { <<: *one, b: 3 }\n3: true")).toEqual({
    one: { a: 1, b: 2 },
    two: { a: 1, b: 3 },
    "3": true,
  })
})

test("a key of any name is a key and changes no prototype", () => {
  const value = parseText('{"__proto__": {"a": 1}, "constructor": 2}') as object
  expect([Object.keys(value), Object.getPrototypeOf(value)]).toEqual([
    ["__proto__", "constructor"],
    Object.prototype,
  ])
})

const deep = /more than 64 levels of lists and objects; nest less$/

test.each([
  ["lists", "[".repeat(100_000)],
  ["whole lists", `${"[".repeat(70)}${"]".repeat(70)}`],
  // The parser takes a time that grows with the cube of these: 500 keys took a minute.
  ["braces", "{".repeat(5000)],
  ["items", "- ".repeat(5000)],
  ["keys by indent", Array.from({ length: 1400 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
])("%s without end are one sentence, at once", (_, text) => {
  const sentences = refused(text)
  expect(sentences.length).toBeGreaterThan(0)
  for (const sentence of sentences) expect(sentence).toMatch(/^expected JSON or YAML, but /)
  expect(sentences[0]).toMatch(deep)
})

test("a key that is written with ? is refused before it is read, as reading many takes minutes", () => {
  expect(refused(`more: ${"? ".repeat(5000)}`)).toEqual([
    'expected JSON or YAML, but there is a key that is written with "?"; write `key: value`',
  ])
})

test("an alias that leads back to itself has no end, and is refused where it is", () => {
  expect(refused("a: &a [*a]")[0]).toMatch(
    /^a\.0\.0\..*: expected at most 64 levels of lists and objects but got more, as with an alias/,
  )
})

test("aliases that multiply are refused", () => {
  const lines = Array.from({ length: 10 }, (_, level) => {
    const inner = Array<string>(10).fill(level === 0 ? "x" : `*b${level - 1}`)
    return `b${level}: &b${level} [${inner.join(", ")}]`
  })
  expect(refused(lines.join("\n"))).toEqual([
    expect.stringMatching(/^expected JSON or YAML that can be read: Excessive alias count/),
  ])
})

test.each([
  [
    "a: !!binary aGk=",
    "a: expected plain data but got a Buffer; write a text, a number, a list or an object",
  ],
  ["a: !!set { x }", "a: expected plain data but got a Set; write a text, a number, a list or an object"],
  [
    "a: !!timestamp 2001-01-01",
    "a: expected plain data but got a Date; write a text, a number, a list or an object",
  ],
  [
    "a: !!js/function 'x'",
    "expected JSON or YAML, but line 1, column 4: Unresolved tag: tag:yaml.org,2002:js/function",
  ],
  ["[1, 2]: 3", "expected a text as a key, but line 1, column 1 has another one"],
  ["a: .nan", "a: expected a finite number but got NaN"],
  ["a: 1\nb: 2\na: 3", 'expected every key once, but line 3, column 1 has "a" again'],
])("%j is no plain data", (text, sentence) => {
  expect(refused(text)).toEqual([sentence])
})

test("a text of more than a MiB is refused by its length, and many keys are looked at once each", () => {
  expect(refused(" ".repeat(2 ** 20 + 1))).toEqual([
    "expected a definition of at most 1048576 characters but got 1048577; leave out what is no part of it",
  ])
  const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`)
  expect(Object.keys(parseText(keys.join("\n")) as object)).toHaveLength(20_000)
})
