import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { EngineUnavailable } from "@saddlepoint/engine/engineUnavailable"
import fc from "fast-check"
import { expect, test, vi } from "vitest"
import { deviceRequest, type Gpu, listGpus, namedGpu, parseGpus, usedMemory, visibleGpus } from "./devices.ts"

const two = `0, GPU-11111111-aaaa, NVIDIA H100 80GB HBM3, 81559, 4
1, GPU-22222222-bbbb, NVIDIA H100 80GB HBM3, 81559, 1210
`
const gpu = (number: number, uuid = `GPU-${number}${number}${number}`): Gpu => ({
  number,
  uuid,
  model: "card",
})
const numbers = (gpus: readonly Gpu[]) => gpus.map(({ uuid }) => uuid)

test("the driver's lines give number, identity, model and memory in MiB", () => {
  expect(parseGpus(two)).toEqual([
    { number: 0, uuid: "GPU-11111111-aaaa", model: "NVIDIA H100 80GB HBM3", memory: 81559, used: 4 },
    { number: 1, uuid: "GPU-22222222-bbbb", model: "NVIDIA H100 80GB HBM3", memory: 81559, used: 1210 },
  ])
})

test("memory that the driver does not tell is absent, and a comma in a name stays in it", () => {
  expect(parseGpus("0, GPU-1, Orin, nvgpu, [N/A], [Not Supported]\r\n")).toEqual([
    { number: 0, uuid: "GPU-1", model: "Orin, nvgpu" },
  ])
})

test("lines that are no GPU are passed over", () => {
  expect(parseGpus("")).toEqual([])
  expect(parseGpus("No devices were found\n")).toEqual([])
  expect(
    parseGpus("0, GPU-1\n\nUnable to determine the device handle for GPU1, it is lost, 1, 2, 3\n"),
  ).toEqual([])
})

test("a machine without the program, without a driver or with a hanging card has no GPU, and says why", async () => {
  const failing = (error: object) => () => Promise.reject(Object.assign(new Error("no"), error))
  expect(await listGpus(failing({ code: "ENOENT" }))).toEqual({
    gpus: [],
    why: "nvidia-smi is not installed.",
  })
  expect((await listGpus(failing({ code: 9 }))).why).toBe(
    "nvidia-smi ended with exit code 9; run it to see why.",
  )
  expect((await listGpus(failing({ code: null, killed: true }))).why).toBe(
    "nvidia-smi did not answer within 5 s.",
  )
  expect(await listGpus(async () => "\n", undefined)).toEqual({ gpus: [], why: "nvidia-smi lists no GPU." })
})

test("an outer CUDA_VISIBLE_DEVICES is respected by number and by identity, and numbers the GPUs anew", async () => {
  const all = [gpu(0), gpu(1), gpu(2)]
  expect(visibleGpus(all, undefined)).toEqual(all)
  expect(visibleGpus(all, "2,0")).toEqual([gpu(0, "GPU-222"), gpu(1, "GPU-000")])
  expect(visibleGpus(all, "GPU-11, 2")).toEqual([gpu(0, "GPU-111"), gpu(1, "GPU-222")])
  const { gpus } = await listGpus(async () => two, "GPU-2222")
  expect(gpus.map(({ number, uuid }) => [number, uuid])).toEqual([[0, "GPU-22222222-bbbb"]])
})

test("an empty CUDA_VISIBLE_DEVICES hides every GPU, and the sentence says so", async () => {
  expect(visibleGpus([gpu(0)], "")).toEqual([])
  expect(visibleGpus([gpu(0)], "-1")).toEqual([])
  expect(visibleGpus([gpu(0)], "NoDevFiles")).toEqual([])
  expect(await listGpus(async () => two, "")).toEqual({
    gpus: [],
    why: 'CUDA_VISIBLE_DEVICES is "" and leaves none of 2.',
  })
})

test("as in CUDA, an entry that names none ends the list, one named twice empties it, a vague one names none", () => {
  const all = [gpu(0), gpu(1), gpu(2)]
  expect(numbers(visibleGpus(all, "0,-1,1"))).toEqual(["GPU-000"])
  expect(numbers(visibleGpus(all, "1,9,0"))).toEqual(["GPU-111"])
  expect(visibleGpus(all, "1,GPU-111")).toEqual([])
  expect(visibleGpus(all, "GPU-")).toEqual([])
})

test("a part of a GPU that a cluster hands out is one device of unknown memory", () => {
  expect(visibleGpus([gpu(0)], "MIG-abc")).toEqual([{ number: 0, uuid: "MIG-abc", model: "MIG instance" }])
})

test("what is visible is always a part of what there is, each once and numbered from 0", () => {
  const entry = fc.oneof(
    fc.integer({ min: -1, max: 5 }).map(String),
    fc.constantFrom("GPU-", "GPU-1", "GPU-22", "GPU-333", "", "x", "GPU-9"),
  )
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4 }), fc.array(entry, { maxLength: 5 }), (count, entries) => {
      const all = Array.from({ length: count }, (_, number) => gpu(number))
      const seen = visibleGpus(all, entries.join(","))
      expect(seen.map(({ number }) => number)).toEqual(seen.map((_, index) => index))
      expect(new Set(numbers(seen)).size).toBe(seen.length)
      for (const one of seen) expect(numbers(all)).toContain(one.uuid)
    }),
  )
})

test("--device gpu:1 names one GPU; every other word stays as it is", () => {
  expect(deviceRequest("gpu:1")).toEqual({ word: "gpu", gpu: 1 })
  for (const word of ["auto", "gpu", "gpu:", "gpu:x", "cpu:1"]) expect(deviceRequest(word)).toEqual({ word })
})

test("a GPU that is named and absent is a sentence with what there is", async () => {
  const list = await listGpus(async () => two, undefined)
  expect(namedGpu(1, list).uuid).toBe("GPU-22222222-bbbb")
  expect(() => namedGpu(2, list)).toThrow(
    new EngineUnavailable(
      "Expected a GPU number 2 for --device gpu:2, but there is only gpu:0 (NVIDIA H100 80GB HBM3), " +
        "gpu:1 (NVIDIA H100 80GB HBM3). Name one of these, or use --device auto.",
    ),
  )
  expect(() => namedGpu(0, { gpus: [], why: "nvidia-smi is not installed." })).toThrow(
    new EngineUnavailable(
      "Expected a GPU number 0 for --device gpu:0, but no GPU is seen here: nvidia-smi is not installed. " +
        "Use --device auto.",
    ),
  )
})

test("the memory in use is asked of one GPU, and unknown where the driver does not tell", async () => {
  const asked: string[] = []
  const answer = (output: string) => async (words: readonly string[]) => {
    asked.push(...words)
    return output
  }
  expect(await usedMemory(gpu(1), answer("1210\n"))).toBe(1210)
  expect(asked).toContain("--id=GPU-111")
  expect(await usedMemory(gpu(1), answer("[N/A]\n"))).toBeUndefined()
  expect(await usedMemory(gpu(1), () => Promise.reject(new Error("gone")))).toBeUndefined()
})

test.skipIf(process.platform === "win32")(
  "the program that is found first is asked, and its end is told",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "driver-"))
    const answerWith = (script: string) =>
      writeFileSync(join(folder, "nvidia-smi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    vi.stubEnv("PATH", `${folder}${delimiter}${process.env.PATH}`)
    try {
      answerWith(
        'case "$1" in --query-gpu=index,uuid,name,*) echo "0, GPU-7, T4, 15360, 3" ;; *) echo 41 ;; esac',
      )
      const { gpus } = await listGpus(undefined, undefined)
      expect(gpus).toEqual([{ number: 0, uuid: "GPU-7", model: "T4", memory: 15360, used: 3 }])
      expect(await usedMemory(gpus[0]!)).toBe(41)
      answerWith("echo failed; exit 9")
      expect((await listGpus()).why).toBe("nvidia-smi ended with exit code 9; run it to see why.")
      vi.stubEnv("PATH", "")
      expect((await listGpus()).why).toBe("nvidia-smi is not installed.")
    } finally {
      vi.unstubAllEnvs()
      rmSync(folder, { recursive: true })
    }
  },
)
