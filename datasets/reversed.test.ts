import { expect, test } from "vitest"
import { reversedPlugin } from "./reversed.ts"
import { stripesPlugin } from "./stripes.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"

const pairs = stripesPlugin.build(decodeOptions(stripesPlugin, { size: 16, train: 5, test: 3 }))

test("input and target change places, and label maps are left out", async () => {
  const [plain, turned] = [await pairs.open(), await reversedPlugin.build({ pairs }).open()]
  for (const name of ["train", "test"] as const) {
    const [one, other] = [plain.splits[name], turned.splits[name]]
    expect(other.size).toBe(one.size)
    expect(Object.keys(other.fields)).toEqual(["input", "target"])
    const [before, after] = [await one.read([2, 0]), await other.read([2, 0])]
    expect(after).toEqual({ input: before.target, target: before.input })
  }
  expect(turned.classes).toBeUndefined()
})

test("its digest is another than that of the pairs", async () => {
  const turned = reversedPlugin.build({ pairs })
  expect(await turned.digest()).not.toBe(await pairs.digest())
  expect(turned.labels).toBe(false)
})
