import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { ClassEmbedding } from "./classEmbedding.ts"
import { seededNormal } from "./seededInitialiser.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const initialiser = seededNormal({ seed: 1, player: "p", variable: "class/embedding" }, 0, 1)
const made = () => new ClassEmbedding({ name: "class", classes: 3, size: 2, initialiser })

test("a label gives its class's vector, and one out of range gives zeros", () => {
  const layer = made()
  const labels = tf.tensor1d([2, 0, 2, 3], "int32")
  const given = layer.apply(labels) as tf.Tensor
  const [zero, , two] = layer.getWeights()[0]!.arraySync() as number[][]
  expect(given.arraySync()).toEqual([two, zero, two, [0, 0]])
  expect(layer.computeOutputShape([null])).toEqual([null, 2])
  tf.dispose([labels, given, layer.getWeights()])
})

test("only the vectors of classes that occur have a gradient, once for each time", () => {
  const layer = made()
  const labels = tf.tensor1d([2, 0, 2], "int32")
  layer.build()
  const { grads } = tf.variableGrads(() => tf.sum(layer.call(labels, {})) as tf.Scalar)
  const [gradient] = Object.values(grads)
  expect(gradient!.arraySync()).toEqual([
    [1, 1],
    [0, 0],
    [2, 2],
  ])
  tf.dispose([labels, grads, layer.getWeights()])
})

test("its configuration makes it anew, with the same initial values", () => {
  const [layer, again] = [made(), new ClassEmbedding(made().getConfig() as never)]
  for (const each of [layer, again]) each.build()
  expect(again.getWeights()[0]!.dataSync()).toEqual(layer.getWeights()[0]!.dataSync())
  tf.dispose([layer.getWeights(), again.getWeights()])
})
