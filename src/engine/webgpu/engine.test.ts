import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import type { Engine } from "../engine.ts"
import { openEngine } from "../open.ts"
import { gameSources } from "../testing/game.ts"
import { tinyDcgan } from "../testing/tinyDcgan.ts"
import * as tf from "../tf.ts"
import type { GpuDevice } from "./dawn.ts"
import { mayHaveGpu } from "./deviceFiles.ts"
import { selfTestError } from "./selfTest.ts"
import { findSoftwareDriver, prepareVulkan, softwareAllowed } from "./softwareDriver.ts"

const missing = findSoftwareDriver() === undefined && !mayHaveGpu()
if (missing) console.warn("Skipped: there is no GPU, and no software driver (install the package chromium).")
vi.stubEnv("SADDLEPOINT_SOFTWARE_GPU", "1")

const gpuTest = test.skipIf(missing)
let engine: Engine

beforeAll(async () => {
  if (!missing) engine = await openEngine({ device: "webgpu" })
})
afterAll(() => {
  engine?.dispose()
  vi.unstubAllEnvs()
})

/** Losses and all variables after `steps` steps of the small DCGAN. */
async function train(device: "js" | "webgpu", steps: number): Promise<number[][]> {
  engine?.dispose()
  engine = await openEngine({ device })
  const game = tinyDcgan()
  const compiled = engine.compile(game.body, gameSources)
  const losses: number[] = []
  let settled = 0
  for (let step = 0; step < steps; step++) {
    const feeds = game.feeds(step)
    const reported = compiled.play(feeds, step)
    for (const value of Object.values(reported)) losses.push((await value.data())[0]!)
    tf.dispose([feeds, reported])
    if (step === 0) settled = tf.memory().numTensors
  }
  expect(tf.memory().numTensors).toBe(settled)
  const weights = await Promise.all(game.variables.map(async (variable) => Array.from(await variable.data())))
  tf.dispose([...game.variables])
  compiled.dispose()
  return [losses, ...weights]
}

function largestDifference(a: number[][], b: number[][]): number {
  return Math.max(...a.flatMap((values, i) => values.map((value, k) => Math.abs(value - b[i]![k]!))))
}

gpuTest(
  "steps of a small DCGAN are those of the js engine to 1e-5, and the same bits every time",
  async () => {
    const first = await train("webgpu", 2)
    const second = await train("webgpu", 2)
    expect(second).toEqual(first)
    expect(largestDifference(first, await train("js", 2))).toBeLessThan(1e-5)
    engine = await openEngine({ device: "webgpu" })
  },
)

gpuTest("the identity names the adapter, and a software driver is not called a GPU", () => {
  const { identity } = engine
  expect(identity).toMatchObject({ name: "webgpu", threads: 1 })
  expect(identity.version).toMatch(/^@tensorflow\/tfjs-backend-webgpu 4\.22\.0, webgpu \d+\.\d+\.\d+$/)
  if (identity.adapter!.includes("swiftshader")) expect(identity.device).toBe("cpu")
})

gpuTest("the self-test passes, and fails on an engine whose products are wrong", async () => {
  expect(await selfTestError()).toBeLessThan(1e-6)
  const kernel = tf.getKernel("BatchMatMul", "webgpu")
  tf.unregisterKernel("BatchMatMul", "webgpu")
  tf.registerKernel({ ...kernel, kernelFunc: ({ inputs }) => tf.zerosLike(inputs.a as tf.Tensor) })
  try {
    expect(await selfTestError()).toBeGreaterThan(0.5)
  } finally {
    tf.unregisterKernel("BatchMatMul", "webgpu")
    tf.registerKernel(kernel)
  }
})

gpuTest("numbers that were read before are still computed with on the GPU", async () => {
  const scalar = tf.scalar(2)
  await scalar.data()
  const before = tf.engine().backend.memory() as unknown as { numBytesInGPU: number }
  const product = tf.mul(scalar, scalar)
  const after = tf.engine().backend.memory() as unknown as { numBytesInGPU: number }
  expect(after.numBytesInGPU).toBeGreaterThan(before.numBytesInGPU)
  expect(Array.from(await product.data())).toEqual([4])
  tf.dispose([scalar, product])
})

gpuTest("dataSync says that the GPU can be read asynchronously only", () => {
  const sum = tf.tidy(() => tf.add(tf.ones([3]), 1))
  expect(() => sum.dataSync()).toThrow(
    "Expected tensors of the webgpu engine to be read with `await tensor.data()`",
  )
  sum.dispose()
})

gpuTest("a tensor beyond the GPU's limit fails where it is made", () => {
  const { device } = tf.backend() as unknown as { device: GpuDevice }
  const side = Math.ceil(Math.sqrt(device.limits.maxStorageBufferBindingSize / 4)) + 1
  expect(() => tf.tidy(() => tf.fill([side, side], 1).add(1))).toThrow(
    `Expected a tensor of at most ${device.limits.maxStorageBufferBindingSize} bytes, this GPU's limit, but got one of`,
  )
})

gpuTest("a command that the GPU refuses fails the read and the step that follow", async () => {
  const { device } = tf.backend() as unknown as {
    device: GpuDevice & { createBuffer(options: object): void }
  }
  const sum = tf.tidy(() => tf.add(tf.ones([3]), 1))
  device.createBuffer({ size: device.limits.maxBufferSize + 4, usage: 0x80 })
  await expect(sum.data()).rejects.toThrow(
    "Expected the GPU to accept every command, but it refused one: Buffer size",
  )
  sum.dispose()
  const compiled = engine.compile(() => ({ one: tf.scalar(1) }), gameSources)
  expect(() => compiled.play({}, 0)).toThrow("Results of this process are void")
  engine.dispose()
  engine = await openEngine({ device: "webgpu" })
})

gpuTest("a lost device fails the step that follows", async () => {
  const compiled = engine.compile(() => ({ one: tf.scalar(1) }), gameSources)
  const { device } = tf.backend() as unknown as { device: GpuDevice }
  device.destroy()
  await device.lost
  expect(() => compiled.play({}, 0)).toThrow("Expected the GPU to stay, but it was lost (destroyed)")
  engine.dispose()
  engine = await openEngine({ device: "webgpu" })
})

gpuTest("a process ends by itself after dispose", async () => {
  const program = `
    import("${new URL("../open.ts", import.meta.url)}").then(async ({ openEngine }) => {
      const engine = await openEngine({ device: "webgpu" })
      engine.dispose()
      console.log("disposed")
    })`
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "-e", program], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    timeout: 500_000,
  })
  expect(stdout).toBe("disposed\n")
})

test("a software driver is used only when it was asked for, and a driver that the user names is kept", () => {
  expect(softwareAllowed({})).toBe(false)
  expect(softwareAllowed({ SADDLEPOINT_SOFTWARE_GPU: "0" })).toBe(false)
  expect(softwareAllowed({ SADDLEPOINT_SOFTWARE_GPU: "1" })).toBe(true)
  const named = { SADDLEPOINT_SOFTWARE_GPU: "1", VK_ICD_FILENAMES: "/mine.json", XDG_RUNTIME_DIR: "/run" }
  prepareVulkan(named)
  expect(named.VK_ICD_FILENAMES).toBe("/mine.json")
  const untouched: NodeJS.ProcessEnv = { XDG_RUNTIME_DIR: "/run" }
  prepareVulkan(untouched)
  expect(untouched).toEqual({ XDG_RUNTIME_DIR: "/run" })
})

test("a GPU is looked for in the device files of Linux, and presumed elsewhere", () => {
  const machine = (files: Record<string, string[]>) => (folder: string) => {
    if (files[folder] === undefined) throw new Error("ENOENT")
    return files[folder]
  }
  expect(mayHaveGpu("linux", machine({ "/dev": ["null", "nvidiactl", "dri"] }))).toBe(false)
  expect(mayHaveGpu("linux", machine({ "/dev": ["null", "nvidia0"] }))).toBe(true)
  expect(mayHaveGpu("linux", machine({ "/dev": [], "/dev/dri": ["card0", "renderD128"] }))).toBe(true)
  expect(mayHaveGpu("linux", machine({ "/dev": ["dxg"] }))).toBe(true)
  expect(mayHaveGpu("darwin", machine({}))).toBe(true)
})
