import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import type { Player } from "../contracts/player.ts"
import { snganDiscriminatorBlocks, snganGeneratorChannels } from "./snganChannels.ts"
import { makeSnganDiscriminator } from "./snganDiscriminator.ts"
import { makeSnganGenerator } from "./snganGenerator.ts"
import { batchOf, images } from "./testing/fields.ts"
import { duringPlayedStep } from "./testing/playedStep.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

const label = { shape: [], dtype: "int32", classes: 3 } as const
const latent = { shape: [5], dtype: "float32" } as const

const apply = (player: Player, values: Record<string, tf.Tensor>, mode: "train" | "evaluate" = "evaluate") =>
  duringPlayedStep(() => player.apply(values, mode))

const parameters = ({ variables }: Player) =>
  Object.values(variables).reduce((sum, { size }) => sum + size, 0)

test("channels and blocks are the authors' for 32 and 64 pixels", () => {
  // Miyato et al. 2018 and their code: widths 256 and 128 for 32 pixels, 64 for 64.
  expect(snganGeneratorChannels(256, 3)).toEqual([256, 256, 256, 256])
  expect(snganGeneratorChannels(64, 4)).toEqual([1024, 512, 256, 128, 64])
  const of = (width: number, levels: number, side: number) =>
    snganDiscriminatorBlocks(width, levels, [side, side]).map(
      ({ channels, halves }) => [channels, halves] as const,
    )
  expect(of(128, 3, 4)).toEqual([
    [128, true],
    [128, true],
    [128, false],
    [128, false],
  ])
  expect(of(64, 4, 4)).toEqual([
    [64, true],
    [128, true],
    [256, true],
    [512, true],
    [1024, true],
  ])
  expect(of(64, 4, 5).at(-1)).toEqual([1024, false])
  expect(of(8, 1, 5).map(([, halves]) => halves)).toEqual([true, false, false, false])
})

test("the networks for 32 pixels have the sizes of the authors'", () => {
  // By hand, with biases. Generator: 128 x 4096 + 4096; three blocks of two 3x3 and one 1x1 convolutions of 256 channels and two norms; a norm
  // and a 3x3 convolution to 3. Discriminator: 3x3 from 3 to 128, seven more of 128; 1x1 from 3 and one from 128; 128 + 1.
  const generator = makeSnganGenerator({ width: 256 }).player(
    "generator",
    { inputs: { latent: { shape: [128], dtype: "float32" } }, outputs: { image: images(32, 32, 3) } },
    1,
  )
  const block = 2 * (9 * 256 * 256 + 256) + (256 * 256 + 256) + 2 * 512
  expect(parameters(generator)).toBe(128 * 4096 + 4096 + 3 * block + 512 + 9 * 256 * 3 + 3)
  generator.dispose()
  const discriminator = makeSnganDiscriminator({ width: 128 }).player(
    "discriminator",
    { inputs: { image: images(32, 32, 3) } },
    1,
  )
  const inner = 7 * (9 * 128 * 128 + 128)
  expect(parameters(discriminator)).toBe(
    9 * 3 * 128 + 128 + inner + (3 * 128 + 128) + (128 * 128 + 128) + 129,
  )
  discriminator.dispose()
})

test("images of 28, 32, 64 and odd innermost sides are made and seen", () => {
  for (const [height, width] of [
    [28, 28],
    [32, 48],
    [64, 64],
    [10, 14],
  ] as const) {
    const image = images(height, width, 1)
    const generator = makeSnganGenerator({ width: 1 }).player(
      "generator",
      { inputs: { latent }, outputs: { image } },
      1,
    )
    const discriminator = makeSnganDiscriminator({ width: 1 }).player(
      "discriminator",
      { inputs: { image } },
      1,
    )
    tf.tidy(() => {
      const made = apply(generator, batchOf({ latent }, 2)).image!
      expect(made.shape).toEqual([2, height, width, 1])
      expect(apply(discriminator, { image: made }).scores!.shape).toEqual([2, 1])
    })
    generator.dispose()
    discriminator.dispose()
  }
})

test("a class changes an image by its norms alone, and norms of no class are those of all", () => {
  const image = images(8, 8, 1)
  const player = makeSnganGenerator({ width: 2 }).player(
    "generator",
    { inputs: { latent, label }, outputs: { image } },
    1,
  )
  tf.tidy(() => {
    const one = batchOf({ latent }, 2)
    const of = (classes: readonly number[]) =>
      Array.from(apply(player, { ...one, label: tf.tensor1d([...classes], "int32") }).image!.dataSync())
    // Gammas are 1 and betas 0 for every class at first.
    expect(of([0, 1])).toEqual(of([2, 2]))
    const beta = player.variables["block1/norm2/beta"]!
    beta.assign(tf.add(beta, [[0], [0], [0.5]]))
    expect(of([0, 1])).toEqual(of([1, 0]))
    expect(of([2, 1])).not.toEqual(of([0, 1]))
    expect(of([2, 1]).slice(64)).toEqual(of([0, 1]).slice(64))
  })
  player.dispose()
})

test("the difference of a score between two classes is the features' product with the difference of their vectors", () => {
  const image = images(8, 8, 1)
  const player = makeSnganDiscriminator({ width: 3, weights: "plain" }).player(
    "discriminator",
    { inputs: { image, label } },
    1,
  )
  tf.tidy(() => {
    const x = batchOf({ image }, 1)
    const of = (of: number) =>
      apply(player, { ...x, label: tf.tensor1d([of], "int32") }).scores!.dataSync()[0]!
    const before = [0, 1, 2].map(of)
    // Out of range: no vector, psi alone (Miyato and Koyama 2018, equation 3).
    const psi = of(3)
    const vectors = player.variables["class/embedding"]!
    vectors.assign(tf.mul(vectors, 2))
    for (const [y, score] of before.entries()) expect(of(y) - psi).toBeCloseTo(2 * (score - psi), 4)
    vectors.assign(tf.tile(tf.slice(vectors, [0, 0], [1, -1]), [3, 1]))
    expect(of(0)).toBeCloseTo(of(2), 6)
  })
  player.dispose()
})

test("a penalty on the gradient has the right derivative in plain weights, by central differences", () => {
  const image = images(8, 8, 1)
  const player = makeSnganDiscriminator({ width: 2, weights: "plain" }).player("d", { inputs: { image } }, 3)
  tf.tidy(() => {
    const x = batchOf({ image }, 2).image!
    const penalty = () => {
      const slope = tf.grad((seen: tf.Tensor) => tf.sum(apply(player, { image: seen }).scores!))(x)
      return tf.mean(tf.square(slope)) as tf.Scalar
    }
    for (const name of ["block1/conv1/kernel", "block1/shortcut/kernel", "block3/conv2/kernel"]) {
      const variable = player.variables[name]!
      const { grads } = tf.variableGrads(penalty, [variable])
      const gradient = grads[variable.name]!.dataSync()
      const values = Float32Array.from(variable.dataSync())
      const at = (by: number) => {
        variable.assign(
          tf.tensor(
            values.map((value, i) => (i === 1 ? value + by : value)),
            variable.shape,
          ),
        )
        return penalty().dataSync()[0]!
      }
      const difference = (at(1e-3) - at(-1e-3)) / 2e-3
      at(0)
      expect(Math.abs(gradient[1]! - difference)).toBeLessThan(0.02 * Math.max(...gradient.map(Math.abs)))
    }
  })
  player.dispose()
})
