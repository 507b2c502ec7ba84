import type { Engine } from "@saddlepoint/engine/engine"
import type { OnnxEngine } from "@saddlepoint/engine/onnx/engine"
import { openEngine } from "@saddlepoint/engine/open"
import * as tf from "@saddlepoint/engine/tf"
import { afterEach, describe, expect, test } from "vitest"
import { countOperations } from "../countOperations.ts"
import { workloads } from "./index.ts"
import type { WorkloadRecipe } from "./workload.ts"

let engine: Engine
afterEach(() => engine.dispose())

/** What a few steps report, and the operations that the last one recorded. */
async function played(device: "onnx" | "js", steps: number, make: WorkloadRecipe["full"]) {
  engine = await openEngine({ device })
  const tensors = tf.memory().numTensors
  const workload = await make(engine)
  const reports: Readonly<Record<string, number>>[] = []
  let operations = 0
  if (device === "onnx") {
    const { backend } = engine as OnnxEngine
    backend.flush()
    backend.onTrace = (trace) => {
      operations = countOperations(trace)
    }
  }
  for (let step = 0; step < steps; step++) reports.push(await workload.play(step))
  const { parameters } = workload
  const replayed = workload.replayed()
  workload.dispose()
  const { fallbacks } = engine.memory()
  return { reports, operations, parameters, replayed, fallbacks, leaked: tf.memory().numTensors - tensors }
}

describe.each(Object.entries(workloads))("%s", (_, { small }) => {
  test("gives the same losses in two steps on onnx as in JavaScript, is replayed after a few more, and keeps no tensor", async () => {
    const onnx = await played("onnx", 5, small)
    engine.dispose()
    const js = await played("js", 2, small)
    for (const [step, losses] of js.reports.entries()) {
      expect(Object.keys(losses).length).toBeGreaterThan(0)
      for (const [name, loss] of Object.entries(losses)) {
        expect(Number.isFinite(loss)).toBe(true)
        expect(Math.abs(onnx.reports[step]![name]! - loss)).toBeLessThan(1e-4 * Math.max(1, Math.abs(loss)))
      }
    }
    expect(onnx.replayed).toBe(true)
    expect([onnx.leaked, js.leaked]).toEqual([0, 0])
    expect(onnx.fallbacks).toEqual({})
  })
})

test("a step changes the losses of the next", async () => {
  const { reports } = await played("onnx", 3, workloads["dcgan-tiny"]!.small)
  expect(new Set(reports.map((losses) => Object.values(losses).join())).size).toBe(3)
})

test("dcgan-64 has the weights of PyTorch's tutorial and three biases, and takes 72.8 GFLOP a step", async () => {
  const { parameters, operations } = await played("onnx", 1, workloads["dcgan-64"]!.full)
  // The tutorial's generator and discriminator (https://pytorch.org/tutorials/beginner/dcgan_faces_tutorial.html); where no norm
  // follows, ours have biases.
  expect(parameters).toBe(3_576_704 + 3 + 2_765_568 + 64 + 1)
  expect(Math.abs(operations / 72.8e9 - 1)).toBeLessThan(0.01)
  expect(operations).toBe(2 * 32 * multiplicationsOfDcgan64())
})

test("dann-28 has the layers of DANN's network and takes 2.2 GFLOP a step", async () => {
  const { parameters, operations } = await played("onnx", 1, workloads["dann-28"]!.full)
  const dense = (...sizes: number[]) => sizes.slice(1).reduce((sum, size, i) => sum + size * sizes[i]!, 0)
  const [classes, domain] = [dense(768, 100, 100, 10), dense(768, 100, 1)]
  const biases = 32 + 48 + (100 + 100 + 10) + (100 + 1)
  expect(parameters).toBe(25 * 32 + 25 * 32 * 48 + classes + domain + biases)
  // Every layer forward, by its weights and by its inputs, but of the first the images need no gradient.
  const convolutions = 2 * 24 ** 2 * 25 * 32 + 3 * 8 ** 2 * 25 * 32 * 48
  expect(operations).toBe(2 * (128 * convolutions + 3 * (64 * classes + 128 * domain)))
})

test("wgan-gp-32 takes four passes through the critic for its penalty", async () => {
  const { operations } = await played("onnx", 1, workloads["wgan-gp-32"]!.full)
  const layer = (side: number, inputs: number, outputs: number) => 16 * side ** 2 * inputs * outputs
  const first = layer(16, 3, 64)
  const last = layer(1, 256, 1)
  const critic = first + layer(8, 64, 128) + layer(4, 128, 256) + last
  const generator = layer(1, 100, 256) + layer(4, 256, 128) + layer(8, 128, 64) + layer(16, 64, 3)
  const ordinary = 2 * (3 * critic - first) + 2 * critic + 3 * generator - layer(1, 100, 256)
  // Forward, gradient of the images, and of that gradient both derivatives. Of the last layer nothing needs the
  // score itself, nor the derivative by what comes in from behind, which is constant.
  const penalty = 4 * critic - 2 * last
  expect(operations).toBe(2 * 32 * (ordinary + penalty))
})

test("features-299 has the weights of torchvision's InceptionV3 without its classifiers", async () => {
  engine = await openEngine({ device: "js" })
  const workload = await workloads["features-299"]!.full(engine)
  // 27,161,264 weights with both classifiers, 23,834,568 without the auxiliary one, which are 2048 * 1000 + 1000 more.
  expect(workload.parameters).toBe(23_834_568 - 2_049_000)
  workload.dispose()
})

/** By hand, per image: every pass of the step through each layer. */
function multiplicationsOfDcgan64(): number {
  const layer = (side: number, inputs: number, outputs: number) => 16 * side ** 2 * inputs * outputs
  // Sides are those of the smaller end of a layer, where each filter is laid once.
  const g = [layer(1, 100, 512), layer(4, 512, 256), layer(8, 256, 128), layer(16, 128, 64), layer(32, 64, 3)]
  const d = [layer(32, 3, 64), layer(16, 64, 128), layer(8, 128, 256), layer(4, 256, 512), layer(1, 512, 1)]
  const sum = (parts: number[]) => parts.reduce((a, b) => a + b, 0)
  // The discriminator's own move needs no gradient of images, the generator's none of latents.
  const judging = 2 * (sum(d) + sum(d) + sum(d.slice(1)))
  const fooling = sum(d) + sum(d)
  const generating = sum(g) + sum(g) + sum(g.slice(1))
  return judging + fooling + generating
}
