import { expect, test } from "vitest"
import { unrecordedKernels } from "./onnx/unrecorded.ts"
import { openEngine } from "./open.ts"
import { probeSpeed } from "./speedProbe.ts"
import * as tf from "./tf.ts"

test.each(["onnx", "js"])(
  "the speed of the engine %s is a positive number, and no tensor stays",
  async (device) => {
    const engine = await openEngine({ device })
    const before = tf.memory().numTensors
    const { gflops, stepMs, fallbacks } = await probeSpeed(engine)
    expect(gflops).toBeGreaterThan(0)
    expect(gflops).toBeLessThan(1e6)
    expect(stepMs).toBeGreaterThan(0)
    expect(fallbacks).toEqual({})
    expect(tf.memory().numTensors).toBe(before)
    engine.dispose()
  },
)

test("kernels of strings and complex numbers are left to the CPU code, those of training are not", () => {
  const names = unrecordedKernels()
  expect(names).toEqual(expect.arrayContaining(["FFT", "StringSplit"]))
  for (const name of ["Conv2D", "Conv2DBackpropFilter", "BatchMatMul", "Mean", "MaxPoolGrad"]) {
    expect(names).not.toContain(name)
  }
})
