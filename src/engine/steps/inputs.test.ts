import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { currentStep } from "../ambient.ts"
import type { Engine, StepSources } from "../engine.ts"
import { openEngine } from "../open.ts"
import { stream } from "../random.ts"
import * as tf from "../tf.ts"

const draw: StepSources["random"] = (name, shape, distribution, step) => {
  const values = new Float32Array(tf.util.sizeFromShape([...shape]))
  const numbers = stream("inputs", name, step)
  return distribution.kind === "bernoulli"
    ? numbers.fillBernoulli(values, distribution.rate)
    : numbers.fillNormal(values)
}
const sources: StepSources = { random: draw, schedule: (_name, step) => 0.5 / (step + 1) }
const steps = 8

/** A layer of a model, which a context reaches through `currentStep()` alone. */
class Mask extends tf.layers.Layer {
  static readonly className = "TestMask"
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = [inputs].flat() as [tf.Tensor]
    return tf.mul(x, currentStep()!.random("mask", x.shape, { kind: "bernoulli", rate: 0.5 }))
  }
}

describe.each(["js", "onnx"])("step after step, on the %s engine,", (device) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ device, threads: 1 })
  })
  afterAll(() => engine.dispose())

  const expectReplayed = (compiled: { readonly mode: string; readonly reason: string }) => {
    if (device === "onnx") expect(compiled.reason).toBe("")
    expect(compiled.mode).toBe(device === "onnx" ? "replayed" : "lazy")
  }

  test("noise and a layer's dropout mask are new, and those of the named streams", () => {
    const layer = new Mask({})
    const compiled = engine.compile(({ x }, context) => {
      const noise = context.random("noise", [2, 3], { kind: "normal" })
      return { noisy: x!.add(noise), masked: layer.apply(x!) as tf.Tensor }
    }, sources)
    const x = tf.ones([2, 3])
    const masks = new Set<string>()
    for (let step = 0; step < steps; step++) {
      const { noisy, masked } = compiled.play({ x }, step)
      const noise = draw("noise", [2, 3], { kind: "normal" }, step)
      expect(Array.from(noisy!.dataSync())).toEqual(Array.from(noise, (value) => Math.fround(1 + value)))
      const mask = draw("mask", [2, 3], { kind: "bernoulli", rate: 0.5 }, step)
      expect(masked!.dataSync()).toEqual(mask)
      masks.add(mask.join())
      tf.dispose([noisy!, masked!])
    }
    expect(masks.size).toBeGreaterThan(steps / 2)
    expectReplayed(compiled)
    x.dispose()
  })

  test("a learning-rate schedule takes the steps that plain arithmetic takes", () => {
    const weight = tf.variable(tf.tensor1d([2, -1]))
    const compiled = engine.compile(({ x }, context) => {
      const loss = () => tf.sum(tf.square(tf.sub(weight, x!))) as tf.Scalar
      const { value, grads } = tf.variableGrads(loss, [weight])
      weight.assign(tf.sub(weight, tf.mul(grads[weight.name]!, context.schedule("rate"))))
      return { value }
    }, sources)
    const plain = [2, -1]
    for (let step = 0; step < steps; step++) {
      const target = [step, 1 / (step + 1)]
      const x = tf.tensor1d(target)
      tf.dispose([x, compiled.play({ x }, step)])
      plain.forEach((value, i) => {
        plain[i] = value - (0.5 / (step + 1)) * 2 * (value - target[i]!)
      })
      const found = weight.dataSync()
      plain.forEach((value, i) => {
        expect(found[i]).toBeCloseTo(value, 5)
      })
    }
    expectReplayed(compiled)
    weight.dispose()
  })

  test("the moving statistics of a tf.layers batch norm move as plain arithmetic says", () => {
    const momentum = 0.75
    const layer = tf.layers.batchNormalization({ momentum, inputShape: [2] })
    const model = tf.sequential({ layers: [layer] })
    const compiled = engine.compile(
      ({ x }) => ({ y: tf.sum(model.apply(x!, { training: true }) as tf.Tensor) }),
      sources,
    )
    const size = 4
    const meanNow = [0, 0]
    const varianceNow = [1, 1]
    for (let step = 0; step < steps; step++) {
      const values = stream("norm", step).fillNormal(new Float32Array(size * 2))
      const x = tf.tensor2d(values, [size, 2])
      tf.dispose([x, compiled.play({ x }, step)])
      for (const channel of [0, 1]) {
        const seen = Array.from({ length: size }, (_, i) => values[i * 2 + channel]!)
        const average = seen.reduce((sum, value) => sum + value, 0) / size
        const spread = seen.reduce((sum, value) => sum + (value - average) ** 2, 0) / size
        meanNow[channel] = momentum * meanNow[channel]! + (1 - momentum) * average
        varianceNow[channel] = momentum * varianceNow[channel]! + (1 - momentum) * spread
      }
      const [, , movedMean, movedVariance] = layer.getWeights()
      for (const channel of [0, 1]) {
        expect(movedMean!.dataSync()[channel]).toBeCloseTo(meanNow[channel]!, 5)
        expect(movedVariance!.dataSync()[channel]).toBeCloseTo(varianceNow[channel]!, 5)
      }
    }
    expectReplayed(compiled)
    model.dispose()
  })
})
