import { expect, test } from "vitest"
import type { JsonObject } from "../../contracts/json.ts"
import type { AnyLoss } from "../../contracts/loss.ts"
import { type Mistake, sentence } from "../../contracts/mistake.ts"
import { everyAnswer, methodOf } from "../../testing/answerKinds.ts"
import { decodePlugin } from "./decodePlugin.ts"
import { build } from "./resolve.ts"

function decoded(json: JsonObject) {
  const mistakes: Mistake[] = []
  const spec = decodePlugin(json, "method", [], { plugins: everyAnswer, mistakes })
  return { spec, sentences: mistakes.map(sentence) }
}
const samples = { use: "toSamples", data: { use: "digits" } }

test("a slot of many that is left out gets the list of its default, each with all its options", () => {
  expect(decoded(samples)).toEqual({
    spec: {
      ...samples,
      losses: [
        { use: "adversarial", weight: 1 },
        { use: "l2", weight: 0.5 },
      ],
    },
    sentences: [],
  })
})

test("what is written stands in the place of the whole list, also when it is empty", () => {
  expect(decoded({ ...samples, losses: [{ use: "l1" }] }).spec?.losses).toEqual([{ use: "l1", weight: 1 }])
  expect(decoded({ ...samples, losses: [] }).spec?.losses).toEqual([])
})

test("the parts of a default list are built as written ones are", () => {
  const seen: unknown[] = []
  const plugin = {
    ...methodOf.samples,
    build(parts: { readonly losses: readonly AnyLoss[] }) {
      seen.push(...parts.losses.map(({ name, weight }) => [name, weight]))
      return methodOf.samples.build(parts)
    },
  }
  build("method", decoded(samples).spec!, new Map([...everyAnswer, ["method/toSamples", plugin]]))
  expect(seen).toEqual([
    ["adversarial", 1],
    ["l2", 0.5],
  ])
})

test("a mistake in a part that replaces a default is told with its place in the list", () => {
  expect(decoded({ ...samples, losses: [{ use: "l1" }, { use: "l2", weight: -1 }] }).sentences).toEqual([
    "losses.1.weight: expected a value greater than 0 but got -1",
  ])
})
