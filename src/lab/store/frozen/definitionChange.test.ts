import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { canonical } from "@saddlepoint/core/declare/canonical"
import fc from "fast-check"
import { expect, test } from "vitest"
import { changeInWords, definitionChanges } from "./definitionChange.ts"

const arm = (steps: number, weight = 3): JsonObject => ({
  role: "challenger",
  spec: { use: "pix2pix", losses: [{ use: "l1", weight }] },
  steps,
})
const definition = (more: JsonObject = {}): JsonObject => ({
  name: "example",
  arms: { l1: arm(300), gan: arm(300) },
  seeds: [1, 2],
  metrics: [{ use: "fid" }],
  ...more,
})
const words = (before: JsonObject, after: JsonObject) => definitionChanges(before, after).map(changeInWords)

test("a changed budget is one line with the path that a definition has for it", () => {
  expect(words(definition(), definition({ arms: { l1: arm(300), gan: arm(600) } }))).toEqual([
    "arms.gan.budget.steps: 300 -> 600",
  ])
})

test("a change of all arms alike is one line", () => {
  expect(words(definition(), definition({ arms: { l1: arm(300, 4), gan: arm(300, 4) } }))).toEqual([
    "arms.*.losses.0.weight: 3 -> 4",
  ])
})

test("arms, seeds and metrics that came and went are named", () => {
  const after = definition({ arms: { l1: arm(300), new: arm(5) }, seeds: [2, 3], metrics: [{ use: "ssim" }] })
  expect(words(definition(), after)).toEqual([
    expect.stringMatching(/^arms\.gan: removed \{.*/),
    expect.stringMatching(/^arms\.new: added \{.*/),
    'metrics: removed {"use":"fid"}',
    'metrics: added {"use":"ssim"}',
    "seeds: removed 1",
    "seeds: added 3",
  ])
})

test("seeds in another order are a change", () => {
  expect(words(definition(), definition({ seeds: [2, 1] }))).toEqual(["seeds: [1,2] -> [2,1]"])
})

test("a key that every object inherits is added and removed like any other", () => {
  const after = definition({
    question: { toString: 1 },
    arms: { ...(definition().arms as JsonObject), valueOf: arm(5) },
  })
  expect(words(definition({ question: {} }), after)).toEqual([
    expect.stringMatching(/^arms\.valueOf: added/),
    "question.toString: added 1",
  ])
})

const json = fc.dictionary(
  fc.constantFrom("arms", "seeds", "metrics", "name", "question"),
  fc.jsonValue(),
) as fc.Arbitrary<JsonObject>

test("there is a change exactly where two definitions differ, and turning them round swaps before and after", () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      const plain = (value: JsonObject) => JSON.parse(JSON.stringify(value)) as JsonObject
      const [from, to] = [plain(a), plain(b)]
      expect(definitionChanges(from, from)).toEqual([])
      const turned = definitionChanges(to, from).map(({ path, before, after }) => ({
        path,
        ...(after === undefined ? {} : { before: after }),
        ...(before === undefined ? {} : { after: before }),
      }))
      const key = (change: object) => canonical({ ...change } as JsonObject)
      expect(turned.map(key).sort()).toEqual(definitionChanges(from, to).map(key).sort())
    }),
  )
})
