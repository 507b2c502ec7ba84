import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { CompiledStep, Engine, StepBody, StepSources } from "../engine.ts"
import { openEngine } from "../open.ts"
import { stream } from "../random.ts"
import * as tf from "../tf.ts"

const sources: StepSources = { random: () => new Float32Array(0), schedule: () => 0 }

describe.each(["js", "onnx"])("a step on the %s engine", (device) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ device, threads: 1 })
  })
  afterAll(() => engine.dispose())

  const expectReplayed = (compiled: CompiledStep) => {
    if (device === "onnx") expect(compiled.reason).toBe("")
    expect(compiled.mode).toBe(device === "onnx" ? "replayed" : "lazy")
  }

  test("can be a value and a gradient, asked several times per step by a line search on the host", () => {
    // Rosenbrock (1960): f(x, y) = (1 - x)^2 + 4 (y - x^2)^2, with its minimum at (1, 1); 4 instead of 100.
    const body: StepBody = ({ point }) => {
      const { value, grads } = tf.valueAndGrads((p: tf.Tensor) => {
        const [x, y] = [tf.slice(p, 0, 1), tf.slice(p, 1, 1)]
        const valley = tf.square(tf.sub(y, tf.square(x)))
        return tf.sum(tf.add(tf.square(tf.sub(1, x)), tf.mul(4, valley))) as tf.Scalar
      })([point!])
      return { value, gradient: grads[0]! }
    }
    const compiled = engine.compile(body, sources)
    const before = tf.memory().numTensors
    let asked = 0
    const ask = (at: readonly number[], step: number) => {
      asked++
      const point = tf.tensor1d([...at])
      const { value, gradient } = compiled.play({ point }, step)
      const found = { value: value!.dataSync()[0]!, gradient: Array.from(gradient!.dataSync()) }
      tf.dispose([point, value!, gradient!])
      const [x, y] = at as [number, number]
      expect(found.value).toBeCloseTo((1 - x) ** 2 + 4 * (y - x * x) ** 2, 3)
      expect(found.gradient[0]).toBeCloseTo(-2 * (1 - x) - 16 * x * (y - x * x), 3)
      expect(found.gradient[1]).toBeCloseTo(8 * (y - x * x), 3)
      return found
    }
    let at = [-1, 1]
    for (let step = 0; step < 60; step++) {
      const here = ask(at, step)
      const slope = here.gradient.reduce((sum, value) => sum + value * value, 0)
      for (let length = 1; length > 1e-6; length /= 2) {
        const next = at.map((value, i) => value - length * here.gradient[i]!)
        // Armijo's rule of sufficient decrease.
        if (ask(next, step).value > here.value - 0.3 * length * slope) continue
        at = next
        break
      }
    }
    expect(asked).toBeGreaterThan(120)
    expect(at[0]).toBeCloseTo(1, 1)
    expect(at[1]).toBeCloseTo(1, 1)
    expect(tf.memory().numTensors).toBe(before)
    expectReplayed(compiled)
    compiled.dispose()
  })

  test("can keep a pool of earlier images, with indices that the host draws", () => {
    const capacity = 3
    const batch = 2
    const pool = tf.variable(tf.zeros([capacity, 2, 2, 1]))
    // Pool and new images, one after the other: what is given and what is kept are both a choice out of them.
    const compiled = engine.compile(({ images, given, kept }) => {
      const all = tf.concat([pool, images!], 0)
      pool.assign(tf.gather(all, kept as tf.Tensor1D))
      return { images: tf.gather(all, given as tf.Tensor1D) }
    }, sources)
    const host = new PoolOnHost(capacity)
    let old = 0
    for (let step = 0; step < 40; step++) {
      const values = stream("images", step).fillNormal(new Float32Array(batch * 4))
      const { given, kept, expected } = host.draw(values, batch)
      const feeds = {
        images: tf.tensor4d(values, [batch, 2, 2, 1]),
        given: tf.tensor1d(given, "int32"),
        kept: tf.tensor1d(kept, "int32"),
      }
      const { images } = compiled.play(feeds, step)
      expect(Array.from(images!.dataSync())).toEqual(expected)
      expect(Array.from(pool.dataSync())).toEqual(host.numbers())
      old += given.filter((index) => index < capacity).length
      tf.dispose([feeds, images!])
    }
    // Half of 80, but for the three that filled the pool and those that came back within their batch.
    expect(old).toBeGreaterThan(15)
    expect(old).toBeLessThan(60)
    expectReplayed(compiled)
    compiled.dispose()
    pool.dispose()
  })

  test("refuses an index outside of the pool, at a replayed step too, and leaves the pool alone", () => {
    const pool = tf.variable(tf.tensor1d([1, 2, 3]))
    const compiled = engine.compile(({ kept }) => {
      pool.assign(tf.gather(pool, kept as tf.Tensor1D))
      return { sum: tf.sum(pool) }
    }, sources)
    const play = (indices: number[]) => {
      const kept = tf.tensor1d(indices, "int32")
      try {
        tf.dispose(compiled.play({ kept }, 0))
      } finally {
        kept.dispose()
      }
    }
    for (let step = 0; step < 4; step++) play([1, 0, 2])
    expectReplayed(compiled)
    expect(() => play([1, 0, 3])).toThrow()
    expect(() => play([-1, 0, 2])).toThrow()
    expect(Array.from(pool.dataSync())).toEqual([1, 2, 3])
    compiled.dispose()
    pool.dispose()
  })
})

/**
 * The image pool of Shrivastava et al. (2017) as CycleGAN uses it: until it is full, images are stored and given;
 * then, with probability 0.5, a stored image is given and the new one takes its place.
 */
class PoolOnHost {
  private readonly images: number[][]
  private stored = 0
  private readonly numbersDrawn = stream("pool")

  constructor(capacity: number) {
    this.images = Array.from({ length: capacity }, () => [0, 0, 0, 0])
  }

  /** Indices into pool and batch, one after the other: of what is given, and of what the pool holds then. */
  draw(values: Float32Array, batch: number) {
    const capacity = this.images.length
    const kept = Array.from({ length: capacity }, (_, i) => i)
    const given: number[] = []
    const expected: number[] = []
    for (let i = 0; i < batch; i++) {
      const image = Array.from(values.subarray(i * 4, i * 4 + 4))
      const filling = this.stored < capacity
      const swap = !filling && this.numbersDrawn.uniform() < 0.5
      const slot = filling ? this.stored++ : this.numbersDrawn.integer(capacity)
      given.push(swap ? kept[slot]! : capacity + i)
      expected.push(...(swap ? this.images[slot]! : image))
      if (!filling && !swap) continue
      kept[slot] = capacity + i
      this.images[slot] = image
    }
    return { given, kept, expected }
  }

  numbers(): number[] {
    return this.images.flat()
  }
}
