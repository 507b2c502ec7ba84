import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Engine, StepBody } from "../engine.ts"
import { openEngine } from "../open.ts"
import * as tf from "../tf.ts"

const sources = { random: () => new Float32Array(1), schedule: () => 1 }

describe.each(["js", "onnx"])("inside a step on the %s engine", (device) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ device })
  })
  afterAll(() => engine.dispose())

  const playing = (body: StepBody) => () => {
    const x = tf.tensor1d([1, 2])
    const compiled = engine.compile(body, sources)
    try {
      tf.dispose(compiled.play({ x }, 0))
    } finally {
      compiled.dispose()
      x.dispose()
    }
  }

  test.each<[string, string, (x: tf.Tensor) => unknown]>([
    ["dataSync", "dataSync()", (x) => x.dataSync()],
    ["data", "data()", (x) => x.data()],
    ["arraySync", "dataSync()", (x) => x.arraySync()],
    ["bufferSync", "dataSync()", (x) => x.bufferSync()],
    ["print", "dataSync()", (x) => x.print()],
  ])("%s is refused", (_name, word, read) => {
    const body: StepBody = ({ x }) => {
      read(x!.mul(2))
      return {}
    }
    expect(playing(body)).toThrow(
      `Expected a step's body that reads no tensor back, but it called ${word} (array(), arraySync(), buffer() and ` +
        "print() do too); compute with tensors, return what is to be seen, and read it after play().",
    )
  })

  test.each<[string, () => tf.Tensor]>([
    ["Math.random", () => tf.scalar(Math.random())],
    ["tf.randomNormal", () => tf.randomNormal([2])],
    ["tf.randomUniform", () => tf.randomUniform([2])],
    ["tf.truncatedNormal", () => tf.truncatedNormal([2])],
    ["tf.dropout", () => tf.dropout(tf.ones([2]), 0.5)],
    ["an unseeded initialiser", () => tf.initializers.glorotUniform({}).apply([2, 2])],
  ])("%s is refused", (_name, draw) => {
    expect(playing(() => ({ y: draw() }))).toThrow(
      /^Expected a step's body whose random numbers come from the trial's seed, but it called Math.random.*use context\.random\(name, shape, distribution\)\.$/,
    )
  })

  test.each<[string, () => tf.layers.Layer]>([
    ["Dropout", () => tf.layers.dropout({ rate: 0.5, seed: 1 })],
    ["SpatialDropout1D", () => tf.layers.spatialDropout1d({ rate: 0.5, seed: 1 })],
    ["GaussianNoise", () => tf.layers.gaussianNoise({ stddev: 1 })],
    ["GaussianDropout", () => tf.layers.gaussianDropout({ rate: 0.5 })],
    ["AlphaDropout", () => tf.layers.alphaDropout({ rate: 0.5 })],
  ])("the layer %s of tf.layers is refused in training, and let through otherwise", (name, make) => {
    const layer = make()
    const images = tf.ones([1, 2, 3])
    const apply = (training: boolean) =>
      playing(() => ({ y: layer.apply(images, { training }) as tf.Tensor }))
    expect(apply(true)).toThrow(
      `Expected layers whose random numbers come from the trial's seed, but "${layer.name}" is a tf.layers ${name} ` +
        "in training inside a step; use a layer that draws currentStep().random(name, shape, ",
    )
    expect(apply(false)).not.toThrow()
    images.dispose()
  })

  test.each(["sgd", "momentum", "adagrad", "adadelta", "adam", "adamax", "rmsprop"] as const)(
    "tf.train.%s is refused",
    (name) => {
      const optimiser = name === "momentum" ? tf.train.momentum(0.1, 0.9) : tf.train[name](0.1)
      const state = tf.variable(tf.scalar(1))
      const loss = () => state.square() as tf.Scalar
      const minimise: StepBody = () => {
        optimiser.minimize(loss)
        return {}
      }
      const apply: StepBody = () => {
        optimiser.applyGradients(tf.variableGrads(loss, [state]).grads as never)
        return {}
      }
      expect(playing(minimise)).toThrow(/^Expected a step's body without tf.train, but it called minimize/)
      expect(playing(apply)).toThrow(
        `Expected a step's body without tf.train, but it called applyGradients of tf.train.${name}; a replayed step ` +
          "would keep its learning rate and its step count as they were: compute the update with tensors, take the " +
          "rate from context.schedule(name), and assign the variables.",
      )
      optimiser.dispose()
      state.dispose()
    },
  )

  test("everything is as it was once the body has ended, with an error too", () => {
    const before = [Math.random, tf.Tensor.prototype.dataSync, tf.AdamOptimizer.prototype.applyGradients]
    const tensors = tf.memory().numTensors
    playing(({ x }) => ({ y: x!.mul(2) }))()
    expect(playing(() => ({ y: tf.randomNormal([2]) }))).toThrow()
    expect([Math.random, tf.Tensor.prototype.dataSync, tf.AdamOptimizer.prototype.applyGradients]).toEqual(
      before,
    )
    expect(tf.memory().numTensors).toBe(tensors)
    const state = tf.variable(tf.scalar(1))
    const optimiser = tf.train.sgd(0.25)
    optimiser.minimize(() => state.square() as tf.Scalar)
    expect(state.dataSync()[0]).toBe(0.5)
    optimiser.dispose()
    state.dispose()
  })
})
