import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import type { Field } from "../contracts/field.ts"
import { type DcganGeneratorOptions, makeDcganGenerator } from "./dcganGenerator.ts"
import type { LayersPlayer } from "./layersPlayer.ts"
import { batchOf, images } from "./testing/fields.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const latentOf = (size: number): Field => ({ shape: [size], dtype: "float32" })
const label: Field = { shape: [], dtype: "int32", classes: 3 }

interface Wanted extends Partial<DcganGeneratorOptions> {
  readonly side?: number
  readonly labelled?: boolean
}

function generator({ side = 16, labelled = false, ...options }: Wanted = {}): LayersPlayer {
  const inputs = { latent: latentOf(6), ...(labelled ? { label } : {}) }
  const fields = { inputs, outputs: { image: images(side, side, 1) } }
  return makeDcganGenerator({ width: 2, ...options }).player("generator", fields, 1) as LayersPlayer
}

test("it has as many parameters as the authors' Torch code for 64x64 pixels, and the biases of its last layer", () => {
  const fields = { inputs: { latent: latentOf(100) }, outputs: { image: images(64, 64, 3) } }
  const player = makeDcganGenerator().player("generator", fields, 1)
  const count = Object.values(player.variables).reduce((total, { size }) => total + size, 0)
  // 100 x 8192, then 4 x 4 kernels of 512-256-128-64-3 channels, and two numbers per normed channel.
  expect(count).toBe(3_576_704 + 3)
  player.dispose()
})

test("the layers are the reference's, in its order", () => {
  const player = generator({ side: 28, labelled: true })
  expect(player.model.layers.map(({ name }) => name)).toEqual([
    ...["label", "latent", "class", "condition", "project", "map", "project/norm", "project/activation"],
    ...["up1", "up1/norm", "up1/activation", "up2", "tanh"],
  ])
  expect(Object.keys(player.variables)).toEqual([
    ...["class/embedding", "project/kernel", "project/norm/gamma", "project/norm/beta"],
    ...["up1/kernel", "up1/norm/gamma", "up1/norm/beta", "up2/kernel", "up2/bias"],
  ])
  player.dispose()
})

test.each([28, 32, 40, 64])("latents become images of %i pixels in (-1, 1)", (side) => {
  const before = tf.memory().numTensors
  const player = generator({ side, width: 1 })
  tf.tidy(() => {
    const { image } = player.apply(batchOf({ latent: latentOf(6) }, 2), "train")
    expect(image!.shape).toEqual([2, side, side, 1])
    expect(Math.max(...tf.abs(image!).dataSync())).toBeLessThan(1)
  })
  player.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

/** Standard deviation of the pixels of many images. */
function spread(player: LayersPlayer): number {
  const deviation = tf.tidy(() => {
    const { image } = player.apply(batchOf({ latent: latentOf(6) }, 20), "train")
    return tf.sqrt(tf.moments(image!).variance).dataSync()[0]!
  })
  player.dispose()
  return deviation
}

test("without norms its images start with contrast, which kernels of N(0, 0.02) would not give", () => {
  expect(spread(generator({ norm: "none", side: 32, width: 4 }))).toBeGreaterThan(0.2)
  const flat = generator({ norm: "none", side: 32, width: 4 })
  for (const [name, variable] of Object.entries(flat.variables)) {
    if (!name.endsWith("/kernel")) continue
    tf.tidy(() => {
      const { variance } = tf.moments(variable)
      variable.assign(tf.mul(variable, tf.div(0.02, tf.sqrt(variance))))
    })
  }
  expect(spread(flat)).toBeLessThan(0.001)
})

test("kernels start at N(0, 0.02) under norms, scales at N(1, 0.02)", () => {
  const player = generator({ side: 32, width: 16 })
  const moments = (name: string) => {
    const { mean, variance } = tf.moments(player.variables[name]!)
    return [mean.dataSync()[0]!, Math.sqrt(variance.dataSync()[0]!)]
  }
  const [kernelMean, kernelDeviation] = tf.tidy(() => moments("up1/kernel"))
  expect(kernelMean).toBeCloseTo(0, 3)
  expect(kernelDeviation).toBeCloseTo(0.02, 3)
  const [scaleMean, scaleDeviation] = tf.tidy(() => moments("project/norm/gamma"))
  expect(scaleMean).toBeCloseTo(1, 1)
  expect(Math.abs(scaleDeviation! - 0.02)).toBeLessThan(0.008) // 64 values: 4.5 standard errors
  player.dispose()
})

test("at evaluation an image depends on its latent only, unless the batch's statistics are wanted", () => {
  for (const [statistics, depends] of [
    ["moving", false],
    ["batch", true],
  ] as const) {
    const player = generator({ statistics })
    const [together, alone] = tf.tidy(() => {
      const { latent } = batchOf({ latent: latentOf(6) }, 4) as { latent: tf.Tensor }
      const first = (x: tf.Tensor) => x.slice([0], [1])
      return [
        Array.from(first(player.apply({ latent }, "evaluate").image!).dataSync()),
        Array.from(player.apply({ latent: first(latent) }, "evaluate").image!.dataSync()),
      ]
    })
    const apart = Math.max(...together!.map((value, at) => Math.abs(value - alone![at]!)))
    if (depends) expect(apart).toBeGreaterThan(1e-3)
    else expect(apart).toBeLessThan(1e-6)
    player.dispose()
  }
})

test("a class changes the image, and the same class does not; the other variables start as without classes", () => {
  const [player, plain] = [generator({ labelled: true }), generator()]
  const { latent } = batchOf({ latent: latentOf(6) }, 1) as { latent: tf.Tensor }
  const image = (of: number) =>
    tf.tidy(() =>
      Array.from(player.apply({ latent, label: tf.tensor1d([of], "int32") }, "evaluate").image!.dataSync()),
    )
  expect(image(1)).toEqual(image(1))
  expect(image(1)).not.toEqual(image(2))
  expect(player.variables["up1/kernel"]!.dataSync()).toEqual(plain.variables["up1/kernel"]!.dataSync())
  expect(player.variables["class/embedding"]!.shape).toEqual([3, 50])
  latent.dispose()
  player.dispose()
  plain.dispose()
})

test("a latent that is no row of numbers, a label without classes and an unknown image are refused", () => {
  const { refuses } = makeDcganGenerator()
  const image = images(28, 28, 1)
  const latent = latentOf(6)
  expect(refuses!({ inputs: { latent, label }, outputs: { image } })).toEqual([])
  expect(refuses!({ inputs: { latent } })).toHaveLength(1)
  expect(refuses!({ inputs: { latent: images(4, 4, 1) }, outputs: { image } })).toEqual([
    "Expected latents [size] for the DCGAN, but got [4, 4, 1]; give it one row of numbers per image.",
  ])
  const unknown: Field = { shape: [], dtype: "int32" }
  expect(refuses!({ inputs: { latent, label: unknown }, outputs: { image } })).toEqual([
    "Expected one class of a known number per example as the label of a DCGAN, but got int32 [] of an unknown number of " +
      "classes; use a dataset with classes.",
  ])
})
