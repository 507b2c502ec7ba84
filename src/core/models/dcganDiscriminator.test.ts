import { openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, describe, expect, test } from "vitest"
import type { Field } from "../contracts/field.ts"
import { type DcganDiscriminatorOptions, makeDcganDiscriminator } from "./dcganDiscriminator.ts"
import type { LayersPlayer } from "./layersPlayer.ts"
import { batchOf, images } from "./testing/fields.ts"

beforeAll(async () => {
  // An engine, not a bare backend: penalties need the engine's gradients.
  await openEngine({ device: "js" })
})

const label: Field = { shape: [], dtype: "int32", classes: 3 }

interface Wanted extends Partial<DcganDiscriminatorOptions> {
  readonly side?: number
  readonly labelled?: boolean
}

function discriminator({ side = 16, labelled = false, ...options }: Wanted = {}): LayersPlayer {
  const inputs = { image: images(side, side, 1), ...(labelled ? { label } : {}) }
  return makeDcganDiscriminator({ width: 2, ...options }).player("critic", { inputs }, 1) as LayersPlayer
}

test("it has as many parameters as the authors' Torch code for 64x64 pixels, and the biases of its ends", () => {
  const player = makeDcganDiscriminator().player("critic", { inputs: { image: images(64, 64, 3) } }, 1)
  const count = Object.values(player.variables).reduce((total, { size }) => total + size, 0)
  // 4 x 4 kernels of 3-64-128-256-512-1 channels, and two numbers per normed channel.
  expect(count).toBe(2_765_568 + 64 + 1)
  player.dispose()
})

test("the layers are the reference's, in its order", () => {
  const player = discriminator({ side: 28, labelled: true })
  expect(player.model.layers.map(({ name }) => name)).toEqual([
    ...["image", "conv1", "conv1/activation", "conv2", "conv2/norm", "conv2/activation"],
    ...["label", "flat", "class", "scores", "projection", "sum"],
  ])
  expect(Object.keys(player.variables)).toEqual([
    ...["conv1/kernel", "conv1/bias", "conv2/kernel", "conv2/norm/gamma", "conv2/norm/beta"],
    ...["class/embedding", "scores/kernel", "scores/bias"],
  ])
  player.dispose()
})

test.each([28, 32, 40, 64])("images of %i pixels get one score each", (side) => {
  const before = tf.memory().numTensors
  const player = discriminator({ side, width: 1 })
  tf.tidy(() => {
    const { scores } = player.apply(batchOf({ image: images(side, side, 1) }, 3), "train")
    expect(scores!.shape).toEqual([3, 1])
  })
  player.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

function kernelDeviation(player: LayersPlayer, name: string): number {
  const deviation = tf.tidy(() => Math.sqrt(tf.moments(player.variables[name]!).variance.dataSync()[0]!))
  player.dispose()
  return deviation
}

test("kernels start at N(0, 0.02) under norms, and with He's variance without", () => {
  for (const norm of ["batch", "layer"] as const) {
    expect(kernelDeviation(discriminator({ norm, width: 16 }), "conv2/kernel")).toBeCloseTo(0.02, 3)
  }
  // 16 channels of 4x4 pixels, leaky ReLU 0.2.
  const he = Math.sqrt(2 / (1.04 * 16 * 16))
  expect(kernelDeviation(discriminator({ norm: "none", width: 16 }), "conv2/kernel")).toBeCloseTo(he, 2)
})

test("without norms its scores start as large as its images are, at every depth", () => {
  for (const side of [16, 32, 64]) {
    const player = discriminator({ norm: "none", side, width: 4 })
    const deviation = tf.tidy(() => {
      const { scores } = player.apply(batchOf({ image: images(side, side, 1) }, 40), "train")
      return Math.sqrt(tf.mean(tf.square(scores!)).dataSync()[0]!)
    })
    expect(deviation).toBeGreaterThan(0.3)
    expect(deviation).toBeLessThan(3)
    player.dispose()
  }
})

test.each(["none", "layer"] as const)("with norm %s a score depends on its own image only", (norm) => {
  const player = discriminator({ norm })
  tf.tidy(() => {
    const { image } = batchOf({ image: images(16, 16, 1) }, 4) as { image: tf.Tensor }
    const together = player.apply({ image }, "train").scores!.dataSync()[0]!
    const alone = player.apply({ image: image.slice([0], [1]) }, "train").scores!.dataSync()[0]!
    expect(together).toBeCloseTo(alone, 5)
  })
  player.dispose()
})

test("a class adds the product of its vector with the innermost map to the score", () => {
  const [player, plain] = [discriminator({ labelled: true, norm: "none" }), discriminator({ norm: "none" })]
  tf.tidy(() => {
    const { image } = batchOf({ image: images(16, 16, 1) }, 3) as { image: tf.Tensor }
    const labels = tf.tensor1d([0, 1, 2], "int32")
    const added = () =>
      Array.from(
        tf
          .sub(
            player.apply({ image, label: labels }, "train").scores!,
            plain.apply({ image }, "train").scores!,
          )
          .dataSync(),
      )
    const vectors = player.variables["class/embedding"]!
    const once = added()
    expect(Math.min(...once.map(Math.abs))).toBeGreaterThan(1e-3)
    vectors.assign(tf.mul(vectors, 2))
    for (const [at, twice] of added().entries()) expect(twice).toBeCloseTo(2 * once[at]!, 4)
    // The score's own kernel is the vector of a class that adds the score once more, but for its bias, which is 0.
    const kernel = tf.transpose(player.variables["scores/kernel"]!)
    vectors.assign(tf.tile(kernel, [3, 1]))
    const scores = plain.apply({ image }, "train").scores!.dataSync()
    for (const [at, value] of added().entries()) expect(value).toBeCloseTo(scores[at]!, 4)
  })
  player.dispose()
  plain.dispose()
})

/** Moves every pre-activation far from the kink of the leaky ReLU, some below and some above it. */
function awayFromKinks(player: LayersPlayer): void {
  for (const [name, variable] of Object.entries(player.variables)) {
    const [, level, end] = /^conv(\d+)\/(bias|norm\/beta)$/.exec(name) ?? []
    if (level === undefined) continue
    // Without a norm, what one level adds reaches the next.
    const far = end === "bias" ? 6 * 10 ** (Number(level) - 1) : 6
    const values = Array.from({ length: variable.size }, (_, at) => (at % 2 === 0 ? far : -far))
    tf.tidy(() => variable.assign(tf.tensor1d(values)))
  }
}

describe.each(["js", "onnx"] as const)("on the engine %s", (device) => {
  beforeAll(async () => {
    await openEngine({ device, threads: 1 })
  })

  test.each([
    ["none", false],
    ["layer", false],
    ["none", true],
    ["layer", true],
  ] as const)(
    "the gradient of a gradient penalty is that of central differences, norm %s, labelled: %s",
    (norm, labelled) => {
      const player = discriminator({ norm, labelled })
      awayFromKinks(player)
      const values = batchOf({ image: images(16, 16, 1), label }, 2)
      /** WGAN-GP's (Gulrajani et al. 2017, equation 3), as it stands at these images. */
      const penalty = () => {
        const score = (image: tf.Tensor) =>
          tf.sum(player.apply({ ...values, image }, "train").scores!) as tf.Tensor
        const slopes = tf.grad(score)(values.image!)
        const norms = tf.sqrt(tf.sum(tf.square(slopes), [1, 2, 3]))
        return tf.mean(tf.square(tf.sub(norms, 1))) as tf.Scalar
      }
      const before = tf.memory().numTensors
      // Biases after which no norm follows do not change a slope: theirs are no gradients at all.
      const learning = Object.entries(player.variables).filter(([name]) =>
        /kernel|gamma|embedding/.test(name),
      )
      const gradients = tf.tidy(() => {
        const variables = learning.map(([, variable]) => variable)
        const { grads } = tf.variableGrads(penalty, variables)
        return variables.map((variable) => Array.from(grads[variable.name]!.dataSync()))
      })
      for (const [at, [name, variable]] of learning.entries()) {
        const start = variable.dataSync().slice()
        const random = stream("direction", name).fillNormal(new Float32Array(variable.size))
        const gradient = gradients[at]!
        expect([name, Math.hypot(...gradient) > 1e-5]).toEqual([name, true])
        for (const direction of [gradient, Array.from(random)]) {
          const length = Math.hypot(...direction)
          const size = 2e-2 * Math.hypot(...start)
          const value = (step: number) =>
            tf.tidy(() => {
              const moved = start.map((weight, i) => weight + (step * direction[i]!) / length)
              variable.assign(tf.tensor(moved, variable.shape))
              return penalty().dataSync()[0]!
            })
          const expected =
            (8 * (value(size) - value(-size)) - (value(2 * size) - value(-2 * size))) / (12 * size)
          value(0)
          const slope = gradient.reduce((sum, g, i) => sum + g * direction[i]!, 0) / length
          expect(Math.abs(slope - expected)).toBeLessThan(5e-3 * Math.hypot(...gradient))
        }
      }
      expect(tf.memory().numTensors).toBe(before)
      tf.dispose(values)
      player.dispose()
    },
  )
})

test("images that it cannot halve and labels without classes are refused", () => {
  const { refuses } = makeDcganDiscriminator()
  const image = images(32, 32, 1)
  expect(refuses!({ inputs: { image, label } })).toEqual([])
  expect(refuses!({ inputs: { image: images(30, 30, 1), label } })).toHaveLength(1)
  expect(refuses!({ inputs: { image, label: { shape: [], dtype: "int32" } } })).toHaveLength(1)
})
