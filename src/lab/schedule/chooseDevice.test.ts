import { EngineUnavailable } from "@saddlepoint/engine/engineUnavailable"
import { expect, test } from "vitest"
import { chooseDevice } from "./chooseDevice.ts"

const two = async () => "0, GPU-aaa, H100, 80000, 4\n1, GPU-bbb, H100, 80000, 4\n"
const growth = { TF_FORCE_GPU_ALLOW_GROWTH: "true" }

test("a named GPU is the only one that this process sees, and all are listed still", async () => {
  const environment: NodeJS.ProcessEnv = {}
  const { word, gpu, list } = await chooseDevice("gpu:1", environment, two)
  expect([word, gpu]).toEqual(["gpu", 1])
  expect(environment).toEqual({ ...growth, CUDA_DEVICE_ORDER: "PCI_BUS_ID", CUDA_VISIBLE_DEVICES: "GPU-bbb" })
  expect((await list()).gpus.map(({ uuid }) => uuid)).toEqual(["GPU-aaa", "GPU-bbb"])
})

test("a GPU is counted among those that the process was given", async () => {
  const environment: NodeJS.ProcessEnv = { CUDA_VISIBLE_DEVICES: "1" }
  await chooseDevice("gpu:0", environment, two)
  expect(environment.CUDA_VISIBLE_DEVICES).toBe("GPU-bbb")
  await expect(chooseDevice("gpu:1", { CUDA_VISIBLE_DEVICES: "1" }, two)).rejects.toThrow(
    "Expected a GPU number 1 for --device gpu:1, but there is only gpu:0 (H100).",
  )
})

test("an absent GPU asked for by name changes nothing and is a sentence", async () => {
  const environment: NodeJS.ProcessEnv = {}
  await expect(chooseDevice("gpu:2", environment, two)).rejects.toThrow(EngineUnavailable)
  expect(environment).toEqual(growth)
})

test("another word asks the driver nothing and hides nothing", async () => {
  const environment: NodeJS.ProcessEnv = { TF_FORCE_GPU_ALLOW_GROWTH: "false" }
  const { word, gpu } = await chooseDevice("auto", environment, () => Promise.reject(new Error("asked")))
  expect([word, gpu]).toEqual(["auto", undefined])
  expect(environment).toEqual({ TF_FORCE_GPU_ALLOW_GROWTH: "false" })
})
