import fc from "fast-check"
import { expect, test } from "vitest"
import { listed, nearest, suggestion } from "./suggestion.ts"

test("a slip of one key is recognised, whatever it was", () => {
  const slip = fc
    .tuple(
      fc.stringMatching(/^[a-z]{4,9}$/),
      fc.nat(),
      fc.constantFrom("insert", "delete", "replace", "swap"),
    )
    .map(([word, at, how]) => {
      const i = at % (word.length - 1)
      const [before, one, two, after] = [word.slice(0, i), word[i]!, word[i + 1]!, word.slice(i + 2)]
      if (how === "insert") return [word, `${before}${one}x${two}${after}`] as const
      if (how === "delete") return [word, `${before}${two}${after}`] as const
      if (how === "replace") return [word, `${before}x${two}${after}`] as const
      return [word, `${before}${two}${one}${after}`] as const
    })
  fc.assert(fc.property(slip, ([word, written]) => nearest(written, ["0123456789012345", word]) === word))
})

test("words that are far from all known ones suggest nothing", () => {
  expect(nearest("transformer", ["unet", "patchGan"])).toBeUndefined()
  expect(suggestion("transformer", ["unet", "patchGan"], "models")).toBe('; models: "patchGan", "unet"')
  expect(suggestion("anything", [])).toBe("")
})

test("a word of any length is answered at once, as none that is so far can be meant", () => {
  const started = process.cpuUsage()
  for (let times = 0; times < 100; times++)
    expect(nearest("x".repeat(100_000), ["unet", "patchGan"])).toBeUndefined()
  expect(process.cpuUsage(started).user).toBeLessThan(1e6)
})

test("a long list is cut", () => {
  expect(listed(Array.from({ length: 14 }, (_, index) => `a${index + 10}`))).toMatch(/"a21" and 2 more$/)
})
