import { expect, test } from "vitest"
import { decodePlugin } from "../declare/decode/decodePlugin.ts"
import { pluginMap } from "../declare/definition.ts"
import { schedules } from "./catalogue.ts"

const plugins = pluginMap(schedules)

/** What is wrong with a length. */
function mistakesOf(length: unknown): string[] {
  const mistakes: { readonly message: string }[] = []
  decodePlugin({ use: "linear", length: length as object as never }, "schedule", [], {
    plugins,
    mistakes: mistakes as never,
  })
  return mistakes.map(({ message }) => message)
}

test.each([
  [5, "expected an object but got 5"],
  [{ steps: 5, share: 1 }, 'expected either steps or share, one of the two but got {"share":1,"steps":5}'],
  [{}, "expected either steps or share, one of the two but got {}"],
  [{ share: 50 }, "expected a value between 0 (excluded) and 1 but got 50"],
  [{ steps: 0 }, "expected a value greater than 0 but got 0"],
])("a length of %j is refused in one sentence", (length, sentence) => {
  expect(mistakesOf(length)).toEqual([sentence])
})

test("a length in steps or as a share is accepted", () => {
  expect(mistakesOf({ steps: 100 })).toEqual([])
  expect(mistakesOf({ share: 0.5 })).toEqual([])
})
