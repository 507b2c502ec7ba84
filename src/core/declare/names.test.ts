import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { folderFlaw, hiddenFlaw, nameFlaw } from "./names.ts"

describe("a folder's name", () => {
  test.each(["quick", "real-128", "v1.2", "größer", "_draft"])("may be %s", (name) => {
    expect(folderFlaw(name)).toBeUndefined()
  })

  test.each([
    ...["..", ".", "", ".hidden", "../x", "a/b", "a\\b", "a b", "a.", "a:b", "a\u0000b", "a\u202eb"],
    ...["cache", "Cache", "store.json", "con", "NUL", "aux.txt", "COM1", "lpt9.log", "x".repeat(81)],
  ])("is not %j", (name) => {
    expect(folderFlaw(name)).toMatch(/^expected .+ (but got|than) /)
  })

  test("that passes is one step of a path, on every operating system, and none that is kept", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 90 }), (name) => {
        if (folderFlaw(name) !== undefined) return
        expect(name).not.toMatch(/[/\\:*?"<>|\s]/)
        expect([".", ".."]).not.toContain(name)
      }),
    )
  })
})

test.each<[string, string]>([
  ["an escape code of a terminal", "\u001b[31mred"],
  ["a return to the start of the line", "best\rworst"],
  ["a turn of the direction of writing", "gan\u202e3l"],
  ["a space of no width", "l\u200b1"],
  ["the end of a line that only some see", "l1\u2028x"],
])("%s is named in a sentence that does not hold it", (_, text) => {
  expect(nameFlaw(text)).toMatch(/hidden character U\+[0-9A-F]{4,5}; remove it$/)
  expect(hiddenFlaw(hiddenFlaw(text)!)).toBeUndefined()
})

test("accents, other scripts, emoji with joiners, and line breaks in a question are text", () => {
  for (const text of ["größe 16", "لون", "👩‍🔬", "first\nsecond", "λ=0.5/μ"])
    expect(hiddenFlaw(text)).toBeUndefined()
  expect(nameFlaw(" ")).toMatch(/an empty one/)
  expect(nameFlaw("x".repeat(201))).toMatch(/at most 200/)
})
