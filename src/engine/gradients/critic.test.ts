import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Engine } from "../engine.ts"
import { openEngine } from "../open.ts"
import { stream } from "../random.ts"
import * as tf from "../tf.ts"

const random = (name: string, shape: number[], scale = 1) => {
  const values = stream("critic", name).fillNormal(new Float32Array(tf.util.sizeFromShape(shape)))
  return tf.tensor(
    values.map((value) => value * scale),
    shape,
  )
}

type Weights = readonly tf.Tensor[]

const initial = (): Weights => [
  random("conv", [3, 3, 2, 4], 0.4),
  random("gain", [4], 0.3),
  // Far from 0 against the gain, so that no activation is near its kink, and both of its sides occur.
  tf.tensor1d([1.2, -1, -1.4, 0.9]),
  random("conv2", [3, 3, 4, 4], 0.15),
  tf.tensor1d([3, -3, 4, -4]),
  random("slope", [4], 0.2),
  random("dense", [8, 3], 0.5),
  random("out", [3, 1], 0.7),
]

/** Convolution, layer norm, leaky relu, max pool, convolution, prelu, average pool with padding, dense, tanh, dense. */
function critic(images: tf.Tensor, [conv, gain, bias, conv2, bias2, slope, dense, out]: Weights): tf.Tensor {
  const first = tf.conv2d(images as tf.Tensor4D, conv as tf.Tensor4D, 1, "same")
  const { mean, variance } = tf.moments(first, [1, 2, 3], true)
  const normal = tf.div(tf.sub(first, mean), tf.sqrt(tf.add(variance, 1e-3)))
  const active = tf.leakyRelu(tf.add(tf.mul(normal, gain!), bias!), 0.2) as tf.Tensor4D
  const pooled = tf.maxPool(active, 3, 2, "same")
  const second = tf.add(tf.conv2d(pooled, conv2 as tf.Tensor4D, 1, "same"), bias2!)
  const averaged = tf.avgPool(tf.prelu(second, slope!) as tf.Tensor4D, 2, 2, "same")
  const flat = tf.reshape(averaged, [images.shape[0]!, -1]) as tf.Tensor2D
  return tf.matMul(tf.tanh(tf.matMul(flat, dense as tf.Tensor2D)), out as tf.Tensor2D)
}

/** WGAN-GP (Gulrajani et al. 2017, equation 3): scores of fake less real, plus 10 (|gradient| - 1)^2. */
function loss(weights: Weights): tf.Tensor {
  const real = random("real", [2, 5, 4, 2])
  const fake = random("fake", [2, 5, 4, 2])
  const between = tf.add(tf.mul(real, 0.3), tf.mul(fake, 0.7))
  const slopes = tf.grad((x) => tf.sum(critic(x, weights)))(between)
  const norms = tf.sqrt(tf.sum(tf.square(slopes), [1, 2, 3]))
  const penalty = tf.mean(tf.square(tf.sub(norms, 1)))
  return tf.add(tf.sub(tf.mean(critic(fake, weights)), tf.mean(critic(real, weights))), tf.mul(penalty, 10))
}

describe.each(["js", "onnx"])("a penalised critic on the %s engine", (device) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ device })
  })
  afterAll(() => engine.dispose())

  test("has the gradient that central differences of its loss give, for every weight tensor", () => {
    const weights = initial()
    const before = tf.memory().numTensors
    const gradients = tf.tidy(() =>
      tf
        .grads((...w) => loss(w))([...weights])
        .map((g) => Array.from(g.dataSync())),
    )
    weights.forEach((weight, at) => {
      // Along the gradient itself and a random direction; the steps are small enough to cross no kink here.
      for (const direction of [gradients[at]!, Array.from(random("direction", weight.shape).dataSync())]) {
        const length = Math.hypot(...direction)
        const value = (step: number) =>
          tf.tidy(() => {
            const moved = tf.add(weight, tf.mul(tf.tensor(direction, weight.shape), step / length))
            return loss(weights.map((w, other) => (other === at ? moved : w))).dataSync()[0]!
          })
        const slope = gradients[at]!.reduce((sum, g, i) => sum + g * direction[i]!, 0) / length
        const step = 4e-3
        const expected =
          (8 * (value(step) - value(-step)) - (value(2 * step) - value(-2 * step))) / (12 * step)
        expect(Math.abs(slope - expected)).toBeLessThan(1e-3 * Math.max(1, Math.hypot(...gradients[at]!)))
      }
    })
    // The directions are two tensors of this test for each weight.
    expect(tf.memory().numTensors - before).toBe(weights.length)
  })
})

test("tf.layers fits a model with batch norm, leakyReLU and pooling on the js engine", async () => {
  const engine = await openEngine({ device: "js" })
  const initializer = (seed: number) => tf.initializers.glorotUniform({ seed })
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [6, 6, 1],
        filters: 4,
        kernelSize: 3,
        kernelInitializer: initializer(1),
      }),
      tf.layers.batchNormalization(),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      tf.layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 2, activation: "softmax", kernelInitializer: initializer(2) }),
    ],
  })
  model.compile({ optimizer: tf.train.adam(0.05), loss: "categoricalCrossentropy", metrics: ["accuracy"] })
  // Bright images against dark ones.
  const labels = Array.from({ length: 16 }, (_, i) => i % 2)
  const noise = random("images", [16, 6, 6, 1], 0.3)
  const images = tf.add(noise, tf.tensor4d(labels, [16, 1, 1, 1]))
  const history = await model.fit(images, tf.oneHot(tf.tensor1d(labels, "int32"), 2), {
    epochs: 15,
    verbose: 0,
  })
  const losses = history.history.loss as number[]
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 2)
  engine.dispose()
})
