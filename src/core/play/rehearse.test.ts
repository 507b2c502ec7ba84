import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { ClassifierModel } from "../contracts/classifier.ts"
import { type Model, type Player, refusalsOfModel, rehearsing, type Values } from "../contracts/player.ts"
import { makeDigitClassifier } from "../models/digitClassifier.ts"
import { images } from "../models/testing/fields.ts"
import { rehearse } from "./rehearse.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js" })
})
afterAll(() => engine.dispose())

const image = images(8, 8, 1)
const fields = { inputs: { image }, outputs: { image } }
const playing = (apply: (values: Values) => Values): Player => ({
  variables: {},
  state: {},
  apply,
  dispose() {},
})
const own = (apply: (values: Values) => Values, more: Partial<Model> = {}): Model => ({
  part: "generator",
  takes: { image: "always" },
  gives: ["image"],
  player: () => playing(apply),
  ...more,
})
/** What is found wrong with a user's model before a trial begins. */
const tried = (model: Model) => rehearsing(rehearse, () => refusalsOfModel(model, fields))

test("a user's model that gives what it is to give is let play, and leaves no tensor behind", () => {
  const before = tf.memory().numTensors
  expect(tried(own(({ image }) => ({ image: tf.tanh(image!) })))).toEqual([])
  expect(tf.memory().numTensors).toBe(before)
})

test("a user's model of other images, of another output or of another batch is refused in a sentence", () => {
  const wide = own(({ image }) => ({ image: tf.tile(image!, [1, 1, 1, 3]) }))
  expect(tried(wide)).toEqual([
    "Expected a generator that gives image [8, 8, 1], but got one that gives [8, 8, 3]; change its options (channels, sizes) or choose another model.",
  ])
  expect(tried(own(({ image }) => ({ scores: image! })))).toEqual([
    "Expected a generator that gives image, but got one that gives scores; choose another model.",
  ])
  expect(tried(own(({ image }) => ({ image: tf.slice(image!, 0, 1) })))).toEqual([
    "Expected a generator that plays with image [8, 8, 1], but got one that fails when it is tried: it gives image [1, 8, 8, 1] for a batch of 2; correct the model, or let it refuse such fields.",
  ])
})

test("what a user's model throws when it is made or applied is a sentence", () => {
  const failing = () => {
    throw new Error("Shapes do not match.")
  }
  const sentence =
    "Expected a generator that plays with image [8, 8, 1], but got one that fails when it is tried: Shapes do not match; correct the model, or let it refuse such fields."
  expect(tried(own(failing))).toEqual([sentence])
  expect(tried(own(() => ({}), { player: failing }))).toEqual([sentence])
})

test("a user's classifier has as many features as it says, and a head for them", () => {
  const seen = { inputs: { image: images(12, 12, 1) } }
  const { shapes: _, ...silent } = makeDigitClassifier({ convolutions: [2], features: [4] })
  const trial = (model: ClassifierModel) =>
    rehearsing(rehearse, () => refusalsOfModel(model, seen, "classifier"))
  expect(trial(silent)).toEqual([])
  expect(trial({ ...silent, size: () => 5 })).toEqual([
    expect.stringContaining("it says that it has 5 features, and gives [4];"),
  ])
  expect(trial({ ...silent, head: () => playing(({ features }) => ({ scores: features! })) })).toEqual([
    expect.stringContaining("its head gives no classLogits for 3 classes;"),
  ])
})

test("where no engine is open a model is not tried, and one that says what it gives never is", () => {
  const never = own(() => {
    throw new Error("never applied")
  })
  expect(refusalsOfModel(never, fields)).toEqual([])
  expect(tried({ ...never, shapes: () => ({ image: [8, 8, 1] }) })).toEqual([])
})
