import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Engine } from "../engine.ts"
import { openEngine } from "../open.ts"
import * as tf from "../tf.ts"
import { refusals } from "./refusals.ts"
import { curvatureErrors, largestErrors } from "./testing/curvature.ts"
import { operations } from "./testing/operations.ts"

/** Kernels with a gradient that no row runs. */
const notRun = {
  "a second derivative is refused": ["AvgPool3D", "Conv3D", "Dilation2D", "LRN", "MaxPool3D"],
  "TensorFlow.js's operation is made of other kernels": ["BroadcastTo", "LogSoftmax"],
  "complex numbers": ["ComplexAbs"],
  "by convention the derivative of the plain quotient, which differences do not see": ["FloorDiv"],
}

test("a row runs every kernel that has a gradient, but for a few, each with a reason", async () => {
  const engine = await openEngine({ device: "js" })
  const seen = new Set<string>()
  for (const row of operations) {
    const { kernelNames } = await tf.profile(() => {
      curvatureErrors(row, 1)
      return []
    })
    for (const name of kernelNames) seen.add(name)
  }
  // TensorFlow.js exports the name of every kernel; the registry of gradients itself is private.
  const kernels = Object.values(tf).filter((name) => typeof name === "string" && tf.getGradient(name) != null)
  const refused = refusals.map(({ kernelName }) => kernelName)
  const missing = kernels.filter((name) => !seen.has(name as string) && !refused.includes(name as string))
  expect(missing.sort()).toEqual(Object.values(notRun).flat().sort())
  engine.dispose()
})

describe.each(["js", "onnx"])(
  "on the %s engine, differentiated once and twice, against differences:",
  (device) => {
    let engine: Engine
    beforeAll(async () => {
      engine = await openEngine({ device })
    })
    afterAll(() => engine.dispose())

    test.each(operations)("$name", (row) => {
      const before = tf.memory().numTensors
      const { first, second } = largestErrors(row, 2)
      expect(first).toBeLessThan(1e-3)
      expect(second).toBeLessThan(1e-3)
      expect(tf.memory().numTensors).toBe(before)
    })
  },
)
