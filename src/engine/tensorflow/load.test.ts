import { createRequire } from "node:module"
import { afterAll, expect, test } from "vitest"
import { openEngine } from "../open.ts"
import { gameSources } from "../testing/game.ts"
import { tinyUnet } from "../testing/tinyUnet.ts"
import * as tf from "../tf.ts"
import { loadTensorflow } from "./load.ts"

const before = { ...process.env }
const loaded = loadTensorflow(1)
afterAll(() => {
  process.env = before
})

test("the variables that decide TensorFlow's bits are set before it is loaded", () => {
  expect(process.env).toMatchObject({
    TF_NUM_INTRAOP_THREADS: "1",
    TF_NUM_INTEROP_THREADS: "1",
    TF_DETERMINISTIC_OPS: "1",
    NVIDIA_TF32_OVERRIDE: "0",
    TF_FORCE_GPU_ALLOW_GROWTH: before.TF_FORCE_GPU_ALLOW_GROWTH ?? "true",
  })
})

test("the functions that Node 23 removed from util are there for tfjs-node", () => {
  const util = createRequire(import.meta.url)("node:util")
  expect([null, undefined, 0, ""].map(util.isNullOrUndefined)).toEqual([true, true, false, false])
  expect([util.isArray([]), util.isArray({})]).toEqual([true, false])
})

test.skipIf(loaded.ok)("without tfjs-node the engine says what to install", async () => {
  await expect(openEngine({ device: "tensorflow" })).rejects.toThrow(
    /^Expected the engine tensorflow for --device tensorflow, but it is not available\. .*use --device onnx\.$/,
  )
})

if (!loaded.ok) console.warn(`Skipped: training with TensorFlow. ${loaded.reason}`)
test.skipIf(!loaded.ok)("steps of a small U-Net are those of the js engine to 1e-5", async () => {
  const [tensorflow, js] = [await losses("tensorflow"), await losses("js")]
  expect(Math.max(...tensorflow.map((loss, i) => Math.abs(loss - js[i]!)))).toBeLessThan(1e-5)
  expect(await losses("tensorflow")).toEqual(tensorflow)
})

test.skipIf(!loaded.ok)("another number of threads needs another process", async () => {
  await expect(openEngine({ device: "tensorflow", threads: 2 })).rejects.toThrow("Use a new process.")
})

async function losses(device: string): Promise<number[]> {
  const engine = await openEngine({ device })
  const game = tinyUnet()
  const compiled = engine.compile(game.body, gameSources)
  const values: number[] = []
  for (let step = 0; step < 4; step++) {
    const feeds = game.feeds(step)
    const reported = compiled.play(feeds, step)
    for (const value of Object.values(reported)) values.push((await value.data())[0]!)
    tf.dispose([feeds, reported])
  }
  tf.dispose([...game.variables])
  compiled.dispose()
  engine.dispose()
  return values
}
