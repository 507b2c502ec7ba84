import fc from "fast-check"
import { expect, test } from "vitest"
import { neutral, quoted } from "./neutral.ts"

test("what a terminal would obey is told by its number, and the rest stays", () => {
  expect(neutral("a\u001b[2Jb\rc\nd")).toBe("a\\u001b[2Jb\\u000dc\nd")
  expect(neutral("gan\u202e3l\u2028 \u{e0041}")).toBe("gan\\u202e3l\\u2028 \\udb40\\udc41")
  expect(neutral("größe λ 👩‍🔬\tx")).toBe("größe λ 👩‍🔬\tx")
})

test("JSON that was made neutral holds the same values", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(JSON.parse(neutral(JSON.stringify({ text })))).toEqual({ text })
      expect(neutral(neutral(text))).toBe(neutral(text))
    }),
  )
})

test("a user's text in a sentence is in quotes and one line, and cut where it is long", () => {
  expect(quoted("l1")).toBe('"l1"')
  expect(quoted('two\nlines and a "quote"')).toBe('"two\\nlines and a \\"quote\\""')
  expect(quoted("turned\u202e, \u009b")).toBe('"turned\\u202e, \\u009b"')
  expect(quoted("x".repeat(100))).toBe(`"${"x".repeat(57)}..."`)
  expect(quoted("abcdefgh", 6)).toBe('"abc..."')
})
