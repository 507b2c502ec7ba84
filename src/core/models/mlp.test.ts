import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import type { Model } from "../contracts/player.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { decodePlugin } from "../declare/decode/decodePlugin.ts"
import { build } from "../declare/decode/resolve.ts"
import { pluginMap } from "../declare/definition.ts"
import { mlpDiscriminatorPlugin } from "./mlpDiscriminator.ts"
import { mlpGeneratorPlugin } from "./mlpGenerator.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

const plugins = pluginMap([mlpDiscriminatorPlugin, mlpGeneratorPlugin])
function modelOf({ name }: Plugin<"model", Model>, options: object): Model {
  const spec = decodePlugin({ use: name, ...options }, "model", [], { plugins, mistakes: [] })
  return build("model", spec!, plugins)
}
const float = (...shape: number[]) => ({ shape, dtype: "float32" as const })

test("a generator of points gives what its weights say, without a bound", () => {
  const model = modelOf(mlpGeneratorPlugin, { hidden: [3], activation: "leakyRelu" })
  const fields = { inputs: { latent: float(1) }, outputs: { point: float(2) } }
  const player = model.player("generator", fields, 1)
  const [kernel, bias, out, shift] = Object.values(player.variables)
  kernel!.assign(tf.tensor2d([[1, -1, 2]]))
  bias!.assign(tf.tensor1d([0, 0, -1]))
  out!.assign(
    tf.tensor2d([
      [1, 0],
      [1, 0],
      [0, 10],
    ]),
  )
  shift!.assign(tf.tensor1d([0, 5]))
  const { point } = tf.tidy(() => player.apply({ latent: tf.tensor2d([[2]]) }, "evaluate"))
  // leaky ReLU of (2, -2, 3) is (2, -0.4, 3)
  expect(Array.from(point!.dataSync())).toEqual([expect.closeTo(1.6, 6), expect.closeTo(35, 5)])
  tf.dispose(point)
  player.dispose()
})

test("they refuse what is of another kind, by the option that says of what they are", () => {
  const latent = float(4)
  expect(
    modelOf(mlpGeneratorPlugin, {}).refuses!({ inputs: { latent }, outputs: { point: float(3, 3) } }),
  ).toEqual([
    "Expected points [size] to make with the MLP generator, but got [3, 3]; change the data or its option `of`.",
  ])
  expect(
    modelOf(mlpGeneratorPlugin, { of: "images" }).refuses!({
      inputs: { latent },
      outputs: { image: float(3, 3) },
    }),
  ).toEqual([
    "Expected images [height, width, channels] to make with the MLP generator, but got [3, 3]; change the data or its option `of`.",
  ])
  expect(modelOf(mlpDiscriminatorPlugin, {}).refuses!({ inputs: { point: float(3, 3) } })).toHaveLength(1)
  expect(
    modelOf(mlpDiscriminatorPlugin, { of: "images" }).refuses!({ inputs: { image: float(8, 8, 3) } }),
  ).toEqual([])
})
