import fc from "fast-check"
import { expect, test } from "vitest"
import type { Json } from "../contracts/json.ts"
import { mergePatch } from "./profile.ts"

// The test cases of RFC 7396, appendix A: original, patch, result.
const cases: [Json, Json, Json][] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
]

for (const [target, patch, result] of cases) {
  test(`${JSON.stringify(target)} merged with ${JSON.stringify(patch)} gives ${JSON.stringify(result)}`, () => {
    expect(mergePatch(target, patch)).toEqual(result)
  })
}

const json = () => fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>

test("a patch that is merged in twice changes nothing more", () => {
  fc.assert(
    fc.property(json(), json(), (target, patch) => {
      const once = mergePatch(target, patch)
      expect(mergePatch(once, patch)).toEqual(once)
    }),
  )
})

test("a patch leaves what it was merged into as it was", () => {
  fc.assert(
    fc.property(json(), json(), (target, patch) => {
      const before = JSON.stringify([target, patch])
      mergePatch(target, patch)
      expect(JSON.stringify([target, patch])).toBe(before)
    }),
  )
})

test("an axis is a whole value, on either side", () => {
  expect(mergePatch({ x: { axis: [1, 2], labels: ["a", "b"] } }, { x: { axis: [3] } })).toEqual({
    x: { axis: [3] },
  })
  expect(mergePatch({ x: { use: "net", width: 8 } }, { x: { axis: [1] } })).toEqual({ x: { axis: [1] } })
  expect(mergePatch({ x: { axis: [1] } }, { x: { use: "net" } })).toEqual({ x: { use: "net" } })
})

test("the options of a plug-in go when the patch names another one", () => {
  const target = { generator: { use: "net", width: 8 } }
  expect(mergePatch(target, { generator: { use: "other", depth: 2 } })).toEqual({
    generator: { use: "other", depth: 2 },
  })
  expect(mergePatch(target, { generator: { use: "net", norm: "batch" } })).toEqual({
    generator: { use: "net", width: 8, norm: "batch" },
  })
})

test("role and budget stay when the patch names another method for an arm", () => {
  const arm = { role: "baseline", budget: { steps: 5 }, use: "translate", batch: 4 }
  expect(mergePatch(arm, { use: "cycle" })).toEqual({ role: "baseline", budget: { steps: 5 }, use: "cycle" })
})
