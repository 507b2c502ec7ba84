import { expect, test } from "vitest"
import { armName } from "./armName.ts"

test("an arm of an axis is its family at one point", () => {
  const name = "gan/discriminator.receptiveField=16"
  const point = { field: "discriminator.receptiveField", text: "16", value: 16 }
  expect(armName({ name, key: "gan", points: [point] })).toEqual({
    name,
    family: "gan",
    points: [{ ...point, words: "receptive field" }],
    label: "gan (receptive field 16)",
  })
})

test("several axes are separated by commas, and list positions are no words", () => {
  const points = [
    { field: "generator", text: "small", value: null },
    { field: "losses.0.weight", text: "0.5", value: 0.5 },
  ]
  const { label } = armName({ name: "gan/generator=small,losses.0.weight=0.5", key: "gan", points })
  expect(label).toBe("gan (generator small, weight 0.5)")
})

test("an arm without an axis goes by its key", () => {
  expect(armName({ name: "l1", key: "l1", points: [] })).toMatchObject({ family: "l1", label: "l1" })
})
