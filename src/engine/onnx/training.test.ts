import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Engine, StepContext, StepSources } from "../engine.ts"
import { openEngine } from "../open.ts"
import { stream } from "../random.ts"
import * as tf from "../tf.ts"
import type { OnnxEngine } from "./engine.ts"
import { agreement } from "./testing/agreement.ts"

const sources: StepSources = {
  random: (name, shape, distribution, step) => {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1))
    const source = stream("training", name, step)
    return distribution.kind === "bernoulli"
      ? source.fillBernoulli(values, distribution.rate)
      : source.fillNormal(values)
  },
  schedule: (name, step) =>
    name === "rate" ? 0.01 / (step + 1) : 1 - (name === "c1" ? 0.5 : 0.9) ** (step + 1),
}

/** A GAN small enough for the CPU backend: 4x4 images from transposed convolution, a discriminator, Adam. */
function tinyGan(engine: Engine) {
  const variable = (name: string, shape: number[]) =>
    tf.tidy(() =>
      tf.variable(
        tf
          .tensor(stream("init", name).fillNormal(new Float32Array(tf.util.sizeFromShape(shape))), shape)
          .mul(0.3),
      ),
    )
  const generator = [variable("g1", [3, 3, 3, 4]), variable("g2", [4, 4, 2, 4]), variable("gb", [2])]
  const discriminator = [variable("d1", [3, 3, 2, 5]), variable("db", [5]), variable("d2", [80, 1])]
  const slots = [...generator, ...discriminator].map((v) => [zeros(v), zeros(v)] as const)

  const generate = (noise: tf.Tensor, context: StepContext) => {
    const [g1, g2, gb] = generator as unknown as [tf.Tensor4D, tf.Tensor4D, tf.Tensor]
    const hidden = tf.conv2d(noise as tf.Tensor4D, g1, 1, "same")
    const centered = hidden.sub(tf.mean(hidden, [1, 2], true))
    const normed = centered.mul(tf.rsqrt(tf.mean(tf.square(centered), [1, 2], true).add(1e-5)))
    const kept = tf
      .leakyRelu(normed, 0.2)
      .mul(context.random("dropout", [3, 4, 4, 4], { kind: "bernoulli", rate: 0.5 }))
    return tf.tanh(
      tf.conv2dTranspose(kept as tf.Tensor4D, g2, [3, 8, 8, 2], 2, "same").add(gb),
    ) as tf.Tensor4D
  }
  const judge = (x: tf.Tensor4D) => {
    const [d1, db, d2] = discriminator as unknown as [tf.Tensor4D, tf.Tensor, tf.Tensor2D]
    const hidden = tf.leakyRelu(tf.conv2d(x, d1, 2, "same").add(db), 0.2)
    return tf.matMul(hidden.reshape([3, 80]), d2)
  }
  const update = (variables: tf.Variable[], from: number, loss: () => tf.Scalar, context: StepContext) => {
    const { value, grads } = tf.variableGrads(loss, variables)
    variables.forEach((v, i) => {
      const [m, s] = slots[from + i]!
      const g = grads[v.name]!
      m.assign(m.mul(0.5).add(g.mul(0.5)))
      s.assign(s.mul(0.9).add(tf.square(g).mul(0.1)))
      const step = m.div(context.schedule("c1")).div(tf.sqrt(s.div(context.schedule("c2"))).add(1e-8))
      v.assign(v.sub(step.mul(context.schedule("rate"))))
    })
    return value
  }
  const compiled = engine.compile(({ real }, context) => {
    const noise = context.random("noise", [3, 4, 4, 3], { kind: "normal" })
    let fake: tf.Tensor4D | undefined
    const make = update(
      generator,
      0,
      () => {
        fake = tf.keep(generate(noise, context))
        return tf.mean(tf.softplus(tf.neg(judge(fake)))).add(tf.mean(tf.abs(fake.sub(real!)))) as tf.Scalar
      },
      context,
    )
    const found = update(
      discriminator,
      generator.length,
      () => tf.mean(tf.softplus(judge(fake!)).add(tf.softplus(tf.neg(judge(real as tf.Tensor4D))))),
      context,
    )
    fake!.dispose()
    return { make, found }
  }, sources)
  return { compiled, variables: [...generator, ...discriminator, ...slots.flat()] }
}

function zeros(like: tf.Tensor): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zeros(like.shape), false))
}

const realImages = () =>
  tf.tensor4d(stream("real").fillUniform(new Float32Array(3 * 8 * 8 * 2)), [3, 8, 8, 2])

async function train(device: string, steps: number): Promise<{ weights: number[]; losses: number[] }> {
  const engine = await openEngine({ device })
  const { compiled, variables } = tinyGan(engine)
  const real = realImages()
  const losses: number[] = []
  for (let step = 0; step < steps; step++) {
    const reported = compiled.play({ real }, step)
    for (const loss of Object.values(reported)) losses.push(...loss.dataSync())
    tf.dispose(reported)
  }
  const weights = variables.flatMap((variable) => Array.from(variable.dataSync()))
  tf.dispose([real, ...variables])
  return { weights, losses }
}

const furthest = (a: readonly number[], b: readonly number[]) =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0)

test("the gradients of a chain of layers agree with the CPU backend", async () => {
  const found = await agreement((random) => {
    const [x, w1, w2, target] = [
      random(2, 7, 9, 3),
      random(3, 3, 3, 4),
      random(4, 4, 2, 4),
      random(2, 8, 10, 2),
    ]
    const loss = (x: tf.Tensor, w1: tf.Tensor, w2: tf.Tensor) => {
      const hidden = tf.conv2d(x as tf.Tensor4D, w1 as tf.Tensor4D, 2, "same")
      const centered = hidden.sub(tf.mean(hidden, [1, 2], true))
      const normed = centered.mul(tf.rsqrt(tf.mean(tf.square(centered), [1, 2], true).add(1e-5)))
      const active = tf.leakyRelu(normed, 0.2) as tf.Tensor4D
      const image = tf.tanh(tf.conv2dTranspose(active, w2 as tf.Tensor4D, [2, 8, 10, 2], 2, "same"))
      return tf.mean(tf.abs(image.sub(target!))) as tf.Scalar
    }
    return tf.grads(loss as never)([x!, w1!, w2!])
  })
  expect(found.difference).toBeLessThan(5e-6)
  expect(found.fallbacks).toEqual({})
})

test("the gradients of a tf.layers classifier agree with the CPU backend", async () => {
  const found = await agreement((random) => {
    const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 })
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({
          inputShape: [9, 8, 2],
          filters: 3,
          kernelSize: 3,
          padding: "same",
          kernelInitializer,
        }),
        tf.layers.batchNormalization(),
        tf.layers.activation({ activation: "relu" }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: "elu", kernelInitializer }),
        tf.layers.averagePooling2d({ poolSize: 2, strides: 1 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 5, kernelInitializer }),
      ],
    })
    const x = random(4, 9, 8, 2)
    const labels = tf.oneHot(tf.tensor1d([0, 4, 2, 2], "int32"), 5)
    const loss = () =>
      tf.losses.softmaxCrossEntropy(labels, model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar
    const { value, grads } = tf.variableGrads(
      loss,
      model.trainableWeights.map((w) => w.read() as tf.Variable),
    )
    const gradients = Object.values(grads)
    const prediction = tf.softmax(model.predict(x) as tf.Tensor)
    model.dispose()
    return [value, ...gradients, prediction]
  })
  expect(found.difference).toBeLessThan(2e-5)
  expect(found.fallbacks).toEqual({})
})

test("six Adam steps of a GAN end where the js engine ends", async () => {
  const onnx = await train("onnx", 6)
  const js = await train("js", 6)
  expect(furthest(onnx.losses, js.losses)).toBeLessThan(1e-5)
  expect(furthest(onnx.weights, js.weights)).toBeLessThan(1e-5)
})

test("two runs with one seed end with the same bits", async () => {
  const first = await train("onnx", 8)
  const second = await train("onnx", 8)
  expect(second).toEqual(first)
})

describe("a long run", () => {
  let engine: OnnxEngine
  beforeAll(async () => {
    engine = (await openEngine({ device: "onnx" })) as OnnxEngine
  })
  afterAll(() => engine.dispose())

  test("keeps its number of tensors, compiles nothing after the third step, and never falls back", () => {
    const { compiled, variables } = tinyGan(engine)
    const real = realImages()
    const play = (step: number) => tf.dispose(compiled.play({ real }, step))
    for (let step = 0; step < 3; step++) play(step)
    const before = {
      tensors: tf.memory().numTensors,
      buffers: tf.memory().numDataBuffers,
      compiles: engine.backend.compiles,
    }
    for (let step = 3; step < 33; step++) play(step)
    expect(tf.memory().numTensors).toBe(before.tensors)
    expect(tf.memory().numDataBuffers).toBe(before.buffers)
    expect(engine.backend.compiles).toBe(before.compiles)
    expect(engine.memory().fallbacks).toEqual({})
    tf.dispose([real, ...variables])
  })
})
