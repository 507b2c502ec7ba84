import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import { beforeEach, describe, expect, test } from "vitest"
import type { ClassifierModel } from "../contracts/classifier.ts"
import type { Field, Fields } from "../contracts/field.ts"
import {
  type Mode,
  type Model,
  type OutputName,
  type Player,
  type PlayerFields,
  refusalsOfModel,
} from "../contracts/player.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { kernelWeights } from "../layers/kernelWeights.ts"
import { models } from "./catalogue.ts"
import { batchOf, images } from "./testing/fields.ts"
import { duringPlayedStep } from "./testing/playedStep.ts"

/** What every model must do. A new model in the catalogue is tested here without a line. */

/** A field for every input that there is. */
const exampleInputs: Fields = {
  image: images(32, 32, 1),
  point: { shape: [2], dtype: "float32" },
  condition: images(32, 32, 1),
  latent: { shape: [6], dtype: "float32" },
  label: { shape: [], dtype: "int32", classes: 3 },
  text: { shape: [5], dtype: "float32" },
  features: { shape: [6], dtype: "float32" },
}
const exampleOutputs: PlayerFields["outputs"] = {
  image: images(32, 32, 1),
  point: { shape: [2], dtype: "float32" },
  classLogits: { shape: [3], dtype: "float32" },
}

/** Options, by their names, that make networks small; others have their defaults. */
const small: Readonly<Record<string, unknown>> = {
  width: 2,
  blocks: 3,
  channels: 1,
  convolutions: [2, 3],
  features: [5],
  hidden: [4],
}

type Named = readonly [
  name: string,
  plugin: Plugin<"model", Model>,
  options: Readonly<Record<string, unknown>>,
]

/** Options with values that make other networks. */
const variants: Readonly<Record<string, readonly string[]>> = {
  weights: kernelWeights.filter((weights) => weights !== "plain"),
  minibatch: ["deviation", "discrimination"],
}

/** Every model, and those that have such an option with each of its values. */
const subjects: readonly Named[] = models.flatMap((plugin): Named[] => [
  [plugin.name, plugin, {}],
  ...Object.entries(variants).flatMap(([name, values]) =>
    name in plugin.options
      ? values.map((value) => [`${plugin.name} with ${name} ${value}`, plugin, { [name]: value }] as const)
      : [],
  ),
])

function modelOf(plugin: Plugin<"model", Model>, options: Readonly<Record<string, unknown>> = {}): Model {
  const known = Object.fromEntries(Object.entries(small).filter(([name]) => name in plugin.options))
  const chosen = { ...known, ...options }
  return plugin.build(Schema.decodeUnknownSync(Schema.Struct(plugin.options) as never)(chosen))
}

/** The fields that the model cannot do without, and, where it takes more, all of them. */
function fieldsFor({ takes, gives }: Model): PlayerFields[] {
  const outputs = Object.fromEntries(
    Object.entries(exampleOutputs!).filter(([name]) => name !== "point" || gives.includes("point")),
  )
  const given = (names: readonly string[]) => ({
    inputs: Object.fromEntries(names.map((name) => [name, exampleInputs[name]!])),
    outputs,
  })
  const all = Object.keys(takes)
  const always = all.filter((name) => takes[name] === "always")
  return always.length === all.length ? [given(all)] : [given(always), given(all)]
}

const played = (player: Player, values: Record<string, tf.Tensor>, mode: Mode) =>
  duringPlayedStep(() => player.apply(values, mode))

const numbers = (variables: Readonly<Record<string, tf.Tensor>>) =>
  Object.values(variables).flatMap((variable) => Array.from(variable.dataSync()))

/** Whether an output has the shape of what its name says. */
function checkOutput(name: string, output: tf.Tensor, batch: number): void {
  expect(output.dtype).toBe("float32")
  const [size, ...shape] = output.shape
  expect(size).toBe(batch)
  if (name === "image") expect(shape.slice(0, 2)).toEqual([32, 32])
  if (name === "point") expect(shape).toEqual([2])
  if (name === "scores") expect(shape.at(-1)).toBe(1)
  if (name === "classLogits") expect(shape).toEqual([3])
  if (name === "mean" || name === "logVariance") expect(shape).toHaveLength(1)
  if (name === "image") expect(Math.max(...tf.abs(output).dataSync())).toBeLessThanOrEqual(1)
}

beforeEach(async () => {
  await openEngine({ device: "js" })
})

describe.each(subjects)("%s", (_, plugin, options) => {
  const model = modelOf(plugin, options)

  test("takes and gives what there are names for", () => {
    expect(Object.keys(model.takes)).not.toHaveLength(0)
    for (const name of Object.keys(model.takes)) expect(Object.keys(exampleInputs)).toContain(name)
    expect(model.gives).not.toHaveLength(0)
    for (const name of model.gives) {
      expect(name).toMatch(/^(image|point|scores|classLogits|features(\..+)?|mean|logVariance)$/)
    }
  })

  test.each(["train", "evaluate"] as const)("gives what it says, of the right shapes, in mode %s", (mode) => {
    for (const fields of fieldsFor(model)) {
      expect(refusalsOfModel(model, fields)).toEqual([])
      const before = tf.memory().numTensors
      const player = model.player("player", fields, 1)
      tf.tidy(() => {
        const outputs = played(player, batchOf(fields.inputs, 2), mode)
        expect(Object.keys(outputs).toSorted()).toEqual([...model.gives].toSorted())
        for (const [name, output] of Object.entries(outputs)) {
          checkOutput(name, output, 2)
          expect(model.shapes?.(fields)[name as OutputName]).toEqual(output.shape.slice(1))
          for (const value of output.dataSync()) expect(Number.isFinite(value)).toBe(true)
        }
      })
      player.dispose()
      expect(tf.memory().numTensors).toBe(before)
    }
  })

  test("leaves values that it does not take alone, and says which are missing", () => {
    const [fields] = fieldsFor(model)
    const player = model.player("player", fields!, 1)
    tf.tidy(() => {
      const values = batchOf(fields!.inputs, 2)
      const output = numbers(played(player, values, "evaluate"))
      const strangers = batchOf({ stranger: exampleInputs.text! }, 3)
      expect(numbers(played(player, { ...values, ...strangers }, "evaluate"))).toEqual(output)
      for (const name of Object.keys(values)) {
        const { [name]: _missing, ...others } = values
        expect(() => played(player, others, "evaluate")).toThrow(new RegExp(`^Expected .*${name} .*but got`))
      }
    })
    player.dispose()
  })

  test("starts alike for the same seed and name, and otherwise for another of either", () => {
    for (const fields of fieldsFor(model)) {
      const make = (name: string, seed: number) => model.player(name, fields, seed)
      const players = [make("a", 1), make("a", 1), make("b", 1), make("a", 2)]
      const [first, again, otherName, otherSeed] = players.map(({ variables }) => numbers(variables))
      expect(again).toEqual(first)
      expect(otherName).not.toEqual(first)
      expect(otherSeed).not.toEqual(first)
      for (const { variables, state } of players) {
        expect(Object.keys(variables)).toEqual(Object.keys(players[0]!.variables))
        expect(Object.keys(state)).toEqual(Object.keys(players[0]!.state))
      }
      for (const player of players) player.dispose()
    }
  })

  test("has gradients that reach every variable and leave no tensor behind, on the onnx engine as on js", async () => {
    for (const fields of fieldsFor(model)) {
      const gradients = async (device: "js" | "onnx") => {
        const engine = await openEngine({ device, threads: 1 })
        const player = model.player("player", fields, 1)
        const before = tf.memory().numTensors
        const named = tf.tidy(() => {
          const values = batchOf(fields.inputs, 3)
          const loss = () => {
            const squares = Object.values(played(player, values, "train")).map((y) => tf.mean(tf.square(y)))
            return tf.addN(squares) as tf.Scalar
          }
          const { grads } = tf.variableGrads(loss, Object.values(player.variables))
          return Object.entries(player.variables).map(
            ([name, variable]) => [name, Array.from(grads[variable.name]!.dataSync())] as const,
          )
        })
        expect(tf.memory().numTensors).toBe(before)
        player.dispose()
        engine.dispose()
        return named
      }
      const [one, other] = [await gradients("js"), await gradients("onnx")]
      const largest = Math.max(...one.flatMap(([, values]) => values.map(Math.abs)))
      for (const [at, [name, values]] of one.entries()) {
        // A bias has none where a norm takes it away.
        if (!name.endsWith("/bias")) expect([name, values.some((value) => value !== 0)]).toEqual([name, true])
        const bound = 1e-3 * Math.max(...values.map(Math.abs), 1e-3 * largest)
        for (const [i, value] of values.entries()) {
          expect(Math.abs(value - other[at]![1][i]!)).toBeLessThanOrEqual(bound)
        }
      }
    }
  })

  test("refuses fields that it cannot take in a sentence", () => {
    const [fields] = fieldsFor(model)
    const { inputs, outputs } = fields!
    const refused = (wrong: PlayerFields) => {
      const sentences = refusalsOfModel(model, wrong)
      expect(sentences).not.toHaveLength(0)
      for (const sentence of sentences) expect(sentence).toMatch(/^Expected .+, but got .+; .+\.$/)
    }
    refused({ inputs: { ...inputs, stranger: exampleInputs.text! }, outputs: outputs! })
    for (const name of Object.keys(inputs)) {
      const { [name]: field, ...others } = inputs
      const odd: Field = { ...field!, shape: [...field!.shape, 1, 1] }
      refused({ inputs: others, outputs: outputs! })
      refused({ inputs: { ...inputs, [name]: odd }, outputs: outputs! })
    }
  })
})

describe.each(
  models
    .map((plugin) => [plugin.name, modelOf(plugin)] as const)
    .filter(([, { part }]) => part === "classifier"),
)("the classifier %s", (_, built) => {
  const model = built as ClassifierModel
  const image = exampleInputs.image!

  test("has as many features as it says, and a head that makes class logits of them", () => {
    const before = tf.memory().numTensors
    const [features, head] = [model.features("features", image, 1), model.head("head", image, 3, 1)]
    tf.tidy(() => {
      const made = played(features, batchOf({ image }, 2), "train")
      expect(made.features!.shape).toEqual([2, model.size(image)])
      const logits = played(head, made, "train")
      expect(Object.keys(logits)).toEqual(["classLogits"])
      checkOutput("classLogits", logits.classLogits!, 2)
    })
    features.dispose()
    head.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  test("plays its features by itself, and keeps statistics just where it says so", () => {
    const [whole, features] = [model.player("p", { inputs: { image } }, 1), model.features("p", image, 1)]
    expect(numbers(whole.variables)).toEqual(numbers(features.variables))
    expect(Object.keys(features.state).length > 0).toBe(model.batchStatistics)
    whole.dispose()
    features.dispose()
  })
})
