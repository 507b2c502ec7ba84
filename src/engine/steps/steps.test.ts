import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { currentStep } from "../ambient.ts"
import type { Engine, StepContext, StepSources } from "../engine.ts"
import type { OnnxEngine } from "../onnx/engine.ts"
import { openEngine } from "../open.ts"
import { stream } from "../random.ts"
import * as tf from "../tf.ts"

const sources: StepSources = {
  random: (name, shape, _distribution, step) =>
    stream(name, step).fillUniform(new Float32Array(shape.reduce((a, b) => a * b, 1))),
  schedule: (_name, step) => step * 10,
}

describe.each(["js", "onnx"])("a step on the %s engine", (device) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ device })
  })
  afterAll(() => engine.dispose())

  test("gets new random numbers and the present value of a schedule at every step", () => {
    const compiled = engine.compile(
      (_feeds, context) => ({
        noise: context.random("noise", [3], { kind: "uniform" }).mul(1),
        rate: context.schedule("rate").add(1),
      }),
      sources,
    )
    const seen = [0, 1, 2, 3, 4, 5, 6, 3].map((step) => {
      const { noise, rate } = compiled.play({}, step)
      const numbers = [...noise!.dataSync(), ...rate!.dataSync()]
      tf.dispose([noise!, rate!])
      return numbers
    })
    seen.forEach(([, , , rate], i) => {
      expect(rate).toBe([0, 1, 2, 3, 4, 5, 6, 3][i]! * 10 + 1)
    })
    expect(new Set(seen.map((numbers) => numbers.slice(0, 3).join())).size).toBe(7)
    expect(seen[7]).toEqual(seen[3])
  })

  test("releases everything but what it reports, and gives no feed or variable away", () => {
    const state = tf.variable(tf.zeros([2]))
    const x = tf.tensor1d([1, 2])
    const compiled = engine.compile(({ x }) => {
      state.assign(state.add(x!.relu()))
      return { x: x!, state, twice: state }
    }, sources)
    const before = tf.memory().numTensors
    for (let step = 0; step < 5; step++) {
      const reported = compiled.play({ x }, step)
      expect(tf.memory().numTensors).toBe(before + 3)
      expect(Array.from(reported.twice!.dataSync())).toEqual([step + 1, 2 * (step + 1)])
      tf.dispose(reported)
    }
    expect(Array.from(x.dataSync())).toEqual([1, 2])
    expect(Array.from(state.dataSync())).toEqual([5, 10])
    tf.dispose([x, state])
  })

  test("sees a variable that the caller assigned, and another batch", () => {
    const state = tf.variable(tf.scalar(1))
    const compiled = engine.compile(({ x }) => ({ y: x!.mul(state) }), sources)
    for (let step = 0; step < 6; step++) {
      state.assign(tf.scalar(step))
      const x = tf.tensor1d([step, 1])
      const { y } = compiled.play({ x }, step)
      expect(Array.from(y!.dataSync())).toEqual([step * step, step])
      tf.dispose([x, y!])
    }
    state.dispose()
  })

  test("may look at its step", () => {
    const compiled = engine.compile(
      (_feeds, { step }) => ({ y: tf.scalar(step % 2 === 0 ? 5 : 7).add(step) }),
      sources,
    )
    expect([0, 1, 2, 3, 4, 5, 6].map((step) => compiled.play({}, step).y!.dataSync()[0])).toEqual([
      5, 8, 7, 10, 9, 12, 11,
    ])
  })

  test("is the current step while its body runs, and only then", () => {
    let inside: unknown
    const compiled = engine.compile((_feeds, context) => {
      inside = currentStep() === context
      return {}
    }, sources)
    compiled.play({}, 0)
    expect(inside).toBe(true)
    expect(currentStep()).toBeUndefined()
  })

  test("gives one name one tensor within a step, and refuses another shape of it", () => {
    const before = tf.memory().numTensors
    const draw = (context: StepContext, size: number) => context.random("noise", [size], { kind: "uniform" })
    const twice = engine.compile(
      (_feeds, context) => ({ gap: draw(context, 2).sub(draw(context, 2)) }),
      sources,
    )
    const { gap } = twice.play({}, 3)
    expect(Array.from(gap!.dataSync())).toEqual([0, 0])
    gap!.dispose()
    const compiled = engine.compile(
      (_feeds, context) => ({ gap: draw(context, 1).sub(draw(context, 2)) }),
      sources,
    )
    expect(() => compiled.play({}, 3)).toThrow(
      'Expected the random tensor "noise" to keep its shape [1] within a step, but it was drawn again with shape [2].',
    )
    expect(currentStep()).toBeUndefined()
    expect(tf.memory().numTensors).toBe(before)
  })

  test("releases its tensors when the body throws", () => {
    const before = tf.memory().numTensors
    const compiled = engine.compile(() => {
      tf.ones([2]).add(1)
      throw new Error("stop")
    }, sources)
    expect(() => compiled.play({}, 0)).toThrow("stop")
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe("the onnx engine", () => {
  let engine: OnnxEngine
  beforeAll(async () => {
    engine = (await openEngine({ device: "cpu", threads: 1 })) as OnnxEngine
  })
  afterAll(() => engine.dispose())

  test("says what decides its bits", () => {
    expect(engine.identity).toEqual({
      name: "onnx",
      version: "onnxruntime-node 1.30.0",
      device: "cpu",
      threads: 1,
    })
  })

  test("builds a number in at first, and makes it an input when it changes", () => {
    const x = tf.tensor1d([1, 2])
    const results = [3, 3, 4, 5, 6, 3].map((factor) => {
      const before = engine.backend.compiles
      const y = tf.tidy(() => x.mul(factor).add(1))
      const numbers = Array.from(y.dataSync())
      y.dispose()
      expect(numbers).toEqual([factor + 1, 2 * factor + 1])
      return engine.backend.compiles - before
    })
    expect(results).toEqual([1, 0, 1, 0, 0, 0])
    x.dispose()
  })

  test("computes a value that several tensors share once, and frees it with the last", () => {
    const buffers = engine.backend.numDataIds()
    const x = tf.tensor1d([1, -2])
    const y = x.relu()
    const z = y.clone()
    expect(engine.backend.refCount(y.dataId)).toBe(2)
    y.dispose()
    expect(Array.from(z.dataSync())).toEqual([1, 0])
    tf.dispose([x, z])
    expect(engine.backend.numDataIds()).toBe(buffers)
  })

  test("reads back what a mutable variable held when it was used", () => {
    const v = tf.variable(tf.tensor1d([1, 2]))
    const before = v.mul(2)
    v.assign(tf.tensor1d([5, 6]))
    const after = v.mul(2)
    expect(Array.from(before.dataSync())).toEqual([2, 4])
    expect(Array.from(after.dataSync())).toEqual([10, 12])
    tf.dispose([v, before, after])
  })

  test("takes tensors over from another backend, and gives them back", async () => {
    await tf.setBackend("cpu")
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2])
    await tf.setBackend("onnx")
    const y = tf.transpose(x).mul(2)
    await tf.setBackend("cpu")
    expect(Array.from(y.add(0).dataSync())).toEqual([2, 6, 4, 8])
    await tf.setBackend("onnx")
    expect(Array.from(y.add(1).dataSync())).toEqual([3, 7, 5, 9])
  })
})
