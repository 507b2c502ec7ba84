import fc from "fast-check"
import { expect, test } from "vitest"
import { legalKey, legalMetric, legalText, limits, runStatus, timestamp, wholeNumber } from "./values.ts"

/** MLflow's rule: an alphabet, a length, and a path in its shortest form. */
function isLegal(key: string): boolean {
  if ([...key].length < 1 || [...key].length > 250 || !/^[/\p{L}\p{N}_.\- ]+$/u.test(key)) return false
  return !key.startsWith("..") && key.split("/").every((part) => !["", ".", ".."].includes(part))
}

const anyKey = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.string({ unit: fc.constantFrom(".", "/", "a", "@", "ü", " ", "-"), maxLength: 12 }),
)

test("any key becomes a legal key", () => {
  fc.assert(
    fc.property(anyKey, (key) => isLegal(legalKey(key))),
    { numRuns: 2000 },
  )
})

test("a legal key stays as it is, so that rewriting twice changes nothing", () => {
  fc.assert(
    fc.property(anyKey, (key) => {
      const legal = legalKey(key)
      return legalKey(legal) === legal && (!isLegal(key) || legal === key)
    }),
    { numRuns: 2000 },
  )
})

test("keys that look alike after rewriting are told apart", () => {
  const alike = ["lr@0", "lr#0", "lr[0", "lr_0", "lr:0"]
  expect(new Set(alike.map(legalKey)).size).toBe(alike.length)
  fc.assert(
    fc.property(anyKey, anyKey, (a, b) => a === b || legalKey(a) !== legalKey(b)),
    { numRuns: 2000 },
  )
})

test("too long keys keep their beginning and stay apart", () => {
  const a = legalKey(`${"a".repeat(300)}1`)
  const b = legalKey(`${"a".repeat(300)}2`)
  expect([...a].length).toBe(limits.key)
  expect(a).not.toBe(b)
  expect(a.slice(0, 237)).toBe("a".repeat(237))
})

test("texts are cut to their limit, in characters, and say so", () => {
  expect(legalText("x".repeat(10), 10)).toBe("x".repeat(10))
  const cut = legalText("😀".repeat(7000), limits.param)
  expect([...cut].length).toBe(limits.param)
  expect(cut).toMatch(/😀… \[cut of 7000\]$/u)
})

test("other values than texts become JSON", () => {
  expect([1.5, true, null, [1, "a"], { b: 2 }].map((value) => legalText(value, 100))).toEqual([
    "1.5",
    "true",
    "null",
    '[1,"a"]',
    '{"b":2}',
  ])
})

test("what no database takes is replaced: half a surrogate pair and the zero character", () => {
  expect(legalText("a\uD83Db\0c", 100)).toBe("a\uFFFDb\uFFFDc")
})

test("metrics that are not finite become the words that servers know", () => {
  expect(
    [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-320, -0].map(legalMetric),
  ).toEqual(["NaN", "Infinity", "-Infinity", 1e-320, 0])
})

test("times and steps lose their fraction, and are refused where they are no exact number", () => {
  expect(timestamp(1_795_401_025_198.7)).toBe(1_795_401_025_198)
  expect(wholeNumber(-3.5, "step")).toBe(-3)
  expect(() => wholeNumber(2 ** 63, "step")).toThrow(
    /step of an MLflow metric or run to be a safe whole number/,
  )
  expect(() => timestamp(Number.NaN)).toThrow(/safe whole number, but got NaN/)
  expect(() => timestamp(-1)).toThrow(/0 or later, but got -1/)
})

test("a status that a server would ignore is refused", () => {
  expect(runStatus("KILLED")).toBe("KILLED")
  expect(() => runStatus("DONE")).toThrow(/one of RUNNING, SCHEDULED, FINISHED, FAILED, KILLED, but got DONE/)
})
