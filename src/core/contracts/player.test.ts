import { expect, test } from "vitest"
import { type Model, refusalsOfModel } from "./player.ts"

const image = { shape: [8, 8, 3], dtype: "float32" } as const
const label = { shape: [], dtype: "int32", classes: 10 } as const

const model = (refusals: readonly string[] = []): Model => ({
  part: "discriminator",
  takes: { image: "always", condition: "optionally" },
  gives: ["scores"],
  player: () => {
    throw new Error("never made")
  },
  refuses: () => refusals,
})
const sentence = (inputs: string) =>
  `Expected a discriminator for the inputs ${inputs}, but got one that takes image, condition (optional); choose another model.`

test("a model can play with what it always takes, with or without what it takes optionally", () => {
  expect(refusalsOfModel(model(), { inputs: { image } })).toEqual([])
  expect(refusalsOfModel(model(), { inputs: { image, condition: image } })).toEqual([])
})

test("a model cannot play without what it always takes", () => {
  expect(refusalsOfModel(model(), { inputs: { condition: image } })).toEqual([sentence("condition")])
})

test("a model cannot play with what it does not take", () => {
  expect(refusalsOfModel(model(), { inputs: { image, label } })).toEqual([sentence("image, label")])
})

test("its own reasons are asked only for inputs that it takes", () => {
  const small = model(["the images are too small"])
  expect(refusalsOfModel(small, { inputs: { image } })).toEqual(["the images are too small"])
  expect(refusalsOfModel(small, { inputs: { label } })).toEqual([sentence("label")])
  const { refuses: _, ...content } = model()
  expect(refusalsOfModel(content, { inputs: { image } })).toEqual([])
})

test("a model of another part is refused, whatever it takes", () => {
  const discriminator = model()
  expect(refusalsOfModel(discriminator, { inputs: { image } }, "discriminator")).toEqual([])
  expect(refusalsOfModel(discriminator, { inputs: { image } }, "generator")).toEqual([
    "Expected a generator, but got a discriminator; choose another model.",
  ])
})
