import { EngineUnavailable } from "@saddlepoint/engine/engineUnavailable"
import { expect, test } from "vitest"
import type { Gpu } from "./devices.ts"
import { layOut } from "./places.ts"

const gpu = (number: number, more: Partial<Gpu> = {}): Gpu => ({
  number,
  uuid: `GPU-${number}`,
  model: "H100",
  memory: 80_000,
  used: 5,
  ...more,
})
const cuda = { name: "tensorflow", device: "gpu" } as const
const webgpu = { name: "webgpu", device: "gpu" } as const
const ask = { workers: 4, packing: false, list: { gpus: [gpu(0), gpu(1)] } }

test("trials on the CPU share one place and see no GPU", () => {
  expect(layOut({ ...ask, engine: { name: "onnx", device: "cpu" } })).toEqual({
    places: [{ environment: { CUDA_VISIBLE_DEVICES: "" }, most: 4 }],
    notices: [],
  })
})

test("every GPU is a place for one trial, which sees that GPU alone", () => {
  const { places, notices } = layOut({ ...ask, engine: cuda })
  expect(places.map(({ most }) => most)).toEqual([1, 1])
  expect(places.map(({ environment }) => environment)).toEqual(
    ["GPU-0", "GPU-1"].map((uuid) => ({
      CUDA_DEVICE_ORDER: "PCI_BUS_ID",
      CUDA_VISIBLE_DEVICES: uuid,
      TF_FORCE_GPU_ALLOW_GROWTH: "true",
    })),
  )
  expect(notices).toEqual([])
})

test("where packing is allowed, a GPU may hold as many trials as there are workers", () => {
  expect(layOut({ ...ask, engine: cuda, packing: true }).places.map(({ most }) => most)).toEqual([4, 4])
})

test("a named GPU is the only place", () => {
  const { places } = layOut({ ...ask, engine: cuda, gpu: 1 })
  expect(places.map((place) => place.gpu?.uuid)).toEqual(["GPU-1"])
})

test("a named GPU that is absent, on any engine, is a sentence and not another GPU", () => {
  for (const engine of [cuda, webgpu, { name: "onnx", device: "cpu" } as const]) {
    expect(() => layOut({ ...ask, engine, gpu: 7 })).toThrow(EngineUnavailable)
    expect(() => layOut({ ...ask, engine, gpu: 7 })).toThrow(
      "Expected a GPU number 7 for --device gpu:7, but there is only gpu:0 (H100), gpu:1 (H100). " +
        "Name one of these, or use --device auto.",
    )
  }
})

test("a named GPU is never quietly the CPU", () => {
  expect(() => layOut({ ...ask, engine: { name: "tensorflow", device: "cpu" }, gpu: 0 })).toThrow(
    "Expected an engine that computes on a GPU for --device gpu:0, but got tensorflow on the CPU.",
  )
})

test("an engine that cannot be told its GPU plays one trial at a time, with a notice", () => {
  expect(layOut({ ...ask, engine: webgpu, packing: true })).toEqual({
    places: [{ environment: {}, most: 1 }],
    notices: ["One trial is played at a time, because the engine webgpu cannot be told which GPU to use."],
  })
  expect(layOut({ ...ask, engine: webgpu, workers: 1 }).notices).toEqual([])
})

test("such an engine may be given a GPU by name only where there is one", () => {
  expect(layOut({ ...ask, engine: webgpu, list: { gpus: [gpu(0)] }, gpu: 0 }).places).toHaveLength(1)
  expect(() => layOut({ ...ask, engine: webgpu, gpu: 0 })).toThrow(
    "Expected an engine that can be told its GPU for --device gpu:0, but the engine webgpu takes any of the 2 GPUs " +
      "here. Use --device gpu, or install tfjs-node with CUDA.",
  )
})

test("GPUs that cannot be listed are one place, with a notice that says why", () => {
  expect(layOut({ ...ask, engine: cuda, list: { gpus: [], why: "nvidia-smi is not installed." } })).toEqual({
    places: [{ environment: {}, most: 1 }],
    notices: [
      "One trial is played at a time, because GPUs cannot be told apart: nvidia-smi is not installed.",
    ],
  })
})

test("GPUs of another model, and GPUs that others use, are told", () => {
  const list = { gpus: [gpu(0), gpu(1, { model: "T4" }), gpu(2, { used: 30_000 })] }
  const { places, notices } = layOut({ ...ask, engine: cuda, list })
  expect(places.map((place) => place.gpu?.number)).toEqual([0, 2])
  expect(notices).toEqual([
    "GPUs of another model than H100 are not used: they give other bits.",
    "GPU 2 is in use by others: 30000 MiB of its memory are taken.",
  ])
})
