import { afterAll, beforeAll, expect, test, vi } from "vitest"
import type { Engine } from "../engine.ts"
import { openEngine } from "../open.ts"
import { gameSources } from "../testing/game.ts"
import { tinyUnet } from "../testing/tinyUnet.ts"
import * as tf from "../tf.ts"
import { mayHaveGpu } from "../webgpu/deviceFiles.ts"
import { findSoftwareDriver } from "../webgpu/softwareDriver.ts"
import { residentTensors } from "./runtime/residentTensor.ts"

const missing = findSoftwareDriver() === undefined && !mayHaveGpu()
if (missing) console.warn("Skipped: there is no GPU, and no software driver (install the package chromium).")
vi.stubEnv("SADDLEPOINT_SOFTWARE_GPU", "1")

const gpuTest = test.skipIf(missing)
let engine: Engine

beforeAll(async () => {
  if (!missing) engine = await openEngine({ device: "onnx-webgpu" })
})
afterAll(() => {
  engine?.dispose()
  vi.unstubAllEnvs()
})

/** Losses and all variables after 5 steps of the small U-Net, traced ones and then replayed ones; `times` over. */
async function train(device: string, times: number): Promise<number[][]> {
  engine?.dispose()
  engine = await openEngine({ device })
  const game = tinyUnet()
  const compiled = engine.compile(game.body, gameSources)
  const initial = game.variables.map((variable) => Float32Array.from(variable.dataSync()))
  const runs: number[][] = []
  for (let time = 0; time < times; time++) {
    const numbers: number[] = []
    for (const [i, variable] of game.variables.entries()) {
      tf.tidy(() => variable.assign(tf.tensor(initial[i]!, variable.shape)))
    }
    for (let step = 0; step < 5; step++) {
      const feeds = game.feeds(step)
      const reported = compiled.play(feeds, step)
      for (const value of Object.values(reported)) numbers.push(value.dataSync()[0]!)
      tf.dispose([feeds, reported])
    }
    expect(compiled.mode).toBe("replayed")
    for (const variable of game.variables) numbers.push(...variable.dataSync())
    runs.push(numbers)
  }
  tf.dispose([...game.variables])
  compiled.dispose()
  return runs
}
gpuTest("steps of a small U-Net are those of the CPU to 1e-5, and the same bits every time", async () => {
  const [first, second] = await train("onnx-webgpu", 2)
  expect(engine.identity).toMatchObject({ name: "onnx-webgpu", version: "onnxruntime-node 1.30.0 (WebGPU)" })
  expect(engine.memory().fallbacks).toEqual({})
  expect(second).toEqual(first)
  const [onCpu] = await train("onnx", 1)
  expect(Math.max(...first!.map((value, i) => Math.abs(value - onCpu![i]!)))).toBeLessThan(1e-5)
  engine.dispose()
  engine = await openEngine({ device: "onnx-webgpu" })
})

gpuTest("variables stay in the GPU's memory, and what they replace is released", async () => {
  const weight = tf.tidy(() => tf.variable(tf.ones([64])))
  const compiled = engine.compile((_, context) => {
    weight.assign(tf.add(weight, context.random("noise", [64], { kind: "uniform" })))
    return { mean: tf.mean(weight) }
  }, gameSources)
  const counts: number[] = []
  for (let step = 0; step < 8; step++) {
    tf.dispose(compiled.play({}, step))
    counts.push(residentTensors())
  }
  expect(counts.at(-1)).toBe(counts.at(-3))
  const expected = new Float32Array(64).fill(1)
  for (let step = 0; step < 8; step++) {
    const noise = gameSources.random("noise", [64], { kind: "uniform" }, step)
    expected.forEach((value, i) => {
      expected[i] = value + noise[i]!
    })
  }
  expect(Array.from(weight.dataSync())).toEqual(Array.from(expected))
  // A stage ends, and its variables go on.
  compiled.dispose()
  const sum = tf.sum(weight)
  expect(sum.dataSync()[0]).toBeCloseTo(
    expected.reduce((total, value) => total + value, 0),
    3,
  )
  tf.dispose([sum, weight])
})

gpuTest("a clone outlives the tensor that it was made of", () => {
  const sum = tf.tidy(() => tf.add(tf.ones([3]), 2))
  const clone = sum.clone()
  expect(Array.from(sum.dataSync())).toEqual([3, 3, 3])
  sum.dispose()
  const doubled = tf.mul(clone, 2)
  expect(Array.from(doubled.dataSync())).toEqual([6, 6, 6])
  tf.dispose([clone, doubled])
})

gpuTest("the gradient of a max pool, which has no indices there, is TensorFlow.js's own", () => {
  const image = tf.tensor4d([1, 5, 2, 3, 9, 4, 6, 7, 8, 1, 1, 2, 3, 2, 4, 4], [1, 4, 4, 1])
  const gradient = tf.grad((x) => tf.sum(tf.square(tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"))))(image)
  expect(Array.from(gradient.dataSync())).toEqual([0, 0, 0, 0, 18, 0, 0, 14, 16, 0, 0, 0, 0, 0, 8, 0])
  expect(engine.memory().fallbacks).toEqual({ MaxPoolGrad: 1 })
  tf.dispose([image, gradient])
})
