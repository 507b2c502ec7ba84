import { expect, test } from "vitest"
import { parseArmName } from "./armName.ts"

test("an arm of an axis is its family at one point", () => {
  expect(parseArmName("gan/discriminator.receptiveField=16")).toEqual({
    name: "gan/discriminator.receptiveField=16",
    family: "gan",
    points: [{ field: "discriminator.receptiveField", words: "receptive field", text: "16", value: 16 }],
    label: "gan (receptive field 16)",
  })
})

test("several axes are separated by commas, list positions are no words, and named values have no number", () => {
  const { points, label } = parseArmName("gan/generator=small,losses.0.weight=0.5")
  expect(points.map(({ words, value }) => [words, value])).toEqual([
    ["generator", null],
    ["weight", 0.5],
  ])
  expect(label).toBe("gan (generator small, weight 0.5)")
})

test("a name without an axis, or with a slash of its own, is left as it is", () => {
  expect(parseArmName("l1")).toMatchObject({ family: "l1", points: [], label: "l1" })
  expect(parseArmName("a/b")).toMatchObject({ family: "a/b", points: [], label: "a/b" })
})
