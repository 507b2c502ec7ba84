import { expect, test } from "vitest"
import { availability } from "./availability.ts"
import type { Availability } from "./engine.ts"
import { chooseEngine, openEngine } from "./open.ts"

const js: Availability = { name: "js", available: true, reason: "" }
const onnx: Availability = { name: "onnx", available: true, reason: "" }
const noOnnx: Availability = {
  name: "onnx",
  available: false,
  reason: "It was not found. Run npm install again.",
}

test("auto takes the onnx engine, and the js engine where there is no other", () => {
  expect(chooseEngine("auto", [onnx, js])).toBe("onnx")
  expect(chooseEngine("auto", [noOnnx, js])).toBe("js")
})

test("cpu is the onnx engine", () => {
  expect(chooseEngine("cpu", [onnx, js])).toBe("onnx")
})

test("an engine that was named and is absent is an error that says why", () => {
  expect(() => chooseEngine("onnx", [noOnnx, js])).toThrow(
    "Expected the engine onnx for --device onnx, but it is not available. It was not found. Run npm install again.",
  )
})

test("an unknown device is an error that lists the known ones", async () => {
  await expect(openEngine({ device: "tpu" })).rejects.toThrow(
    'Expected a device out of auto, cpu, js, onnx, wasm, webgpu, tensorflow, gpu, but got "tpu". Use --device auto.',
  )
})

test("gpu, webgpu, tensorflow and wasm say truthfully that they cannot be used", async () => {
  for (const device of ["gpu", "webgpu", "tensorflow", "wasm"]) {
    await expect(openEngine({ device })).rejects.toThrow(/^Expected .* (Use|use) --device (auto|onnx)\.$/)
  }
})

test("a number of threads below one is refused", async () => {
  await expect(openEngine({ threads: 0 })).rejects.toThrow(
    "Expected a whole number of threads, 1 or more, but got 0.",
  )
})

test("every engine is listed, with a reason unless it is available", async () => {
  const found = await availability()
  expect(found.map(({ name }) => name)).toEqual(["onnx", "js", "wasm", "webgpu", "tensorflow"])
  for (const { available, reason } of found) expect(reason === "").toBe(available)
})
