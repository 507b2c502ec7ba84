import { expect, test } from "vitest"
import { InvalidDefinition, pathText, sentence } from "./mistake.ts"

test("a sentence is one line and short, whatever keys and messages hold", () => {
  const path = ["arms", "two\nlines", "x".repeat(10_000), ...Array<string>(50).fill("deep"), 3]
  const told = sentence({ path, message: `expected a text\n  but got ${"y".repeat(10_000)}; take another` })
  expect(told).toMatch(
    /^arms\."two\\nlines"\."x{27}\.\.\."\.deep\.deep\.\.\.\.\.deep.*\.3: expected a text but got y+ \.\.\. y+; take another$/,
  )
  expect(told.length).toBeLessThan(1000)
})

test("a path is told as it is written on the command line", () => {
  expect(pathText(["arms", "gan", "losses", 1, "weight"])).toBe("arms.gan.losses.1.weight")
  expect(pathText(["arms", "", "turned\u202eround"])).toBe('arms.""."turned\\u202eround"')
})

test("of many mistakes the first twenty are told, and how many more there are; all of them are kept", () => {
  const mistakes = Array.from({ length: 23 }, (_, index) => ({ path: [index], message: "expected less" }))
  const error = new InvalidDefinition(mistakes)
  const lines = error.message.split("\n")
  expect([lines.length, lines.at(-2), lines.at(-1)]).toEqual([
    21,
    "19: expected less",
    "3 more mistakes; correct these first.",
  ])
  expect(error.mistakes).toEqual(mistakes)
})
