import { expect, test } from "vitest"
import { availability } from "./availability.ts"
import type { Engine, EngineIdentity, EngineName } from "./engine.ts"
import { EngineUnavailable } from "./engineUnavailable.ts"
import { deviceWords, openDevice, openEngine } from "./open.ts"
import { lazyStep } from "./steps/lazyStep.ts"

type World = Readonly<Partial<Record<EngineName, EngineIdentity["device"]>>>

/** An engine for every name that this made-up machine has; each writes down that it was opened and disposed. */
function machine(world: World) {
  const events: string[] = []
  const open = async (name: EngineName): Promise<Engine> => {
    const device = world[name]
    if (device === undefined) throw new EngineUnavailable(`No ${name} here.`)
    events.push(`open ${name}`)
    return {
      identity: { name, version: `${name} 1.0`, device, threads: 1 },
      compile: lazyStep,
      memory: () => ({ tensors: 0, bytes: 0, fallbacks: {}, sessions: 0 }),
      dispose: () => events.push(`dispose ${name}`),
    }
  }
  return { events, open }
}

const everything: World = { onnx: "cpu", js: "cpu", webgpu: "gpu", tensorflow: "gpu" }

const choices: readonly (readonly [string, World, EngineName])[] = [
  ["auto", everything, "tensorflow"],
  ["auto", { ...everything, tensorflow: "cpu" }, "webgpu"],
  ["auto", { js: "cpu", onnx: "cpu", webgpu: "gpu" }, "webgpu"],
  ["auto", { ...everything, tensorflow: "cpu", webgpu: "cpu" }, "onnx"],
  ["auto", { js: "cpu", onnx: "cpu" }, "onnx"],
  ["auto", { js: "cpu", tensorflow: "cpu" }, "tensorflow"],
  ["auto", { js: "cpu", webgpu: "cpu" }, "js"],
  ["gpu", everything, "tensorflow"],
  ["gpu", { ...everything, tensorflow: "cpu" }, "webgpu"],
  ["cpu", everything, "onnx"],
  ["onnx", everything, "onnx"],
  ["js", everything, "js"],
  ["webgpu", { ...everything, webgpu: "cpu" }, "webgpu"],
  ["tensorflow", { ...everything, tensorflow: "cpu" }, "tensorflow"],
]

test.each(choices)("--device %s on a machine with %j is %s", async (device, world, expected) => {
  const { events, open } = machine(world)
  const engine = await openDevice(device, open)
  expect(engine.identity.name).toBe(expected)
  expect(events.at(-1)).toBe(`open ${expected}`)
  const others = events.slice(0, -1)
  expect(others.filter((event) => event.startsWith("dispose")).length).toBe(others.length / 2)
})

test("--device gpu never falls back: it says why each engine with a GPU is not available", async () => {
  const { events, open } = machine({ onnx: "cpu", js: "cpu", tensorflow: "cpu" })
  await expect(openDevice("gpu", open)).rejects.toThrow(
    "Expected an engine for --device gpu, but none is available. " +
      "tensorflow: It runs here, but on the CPU (tensorflow 1.0). webgpu: No webgpu here.",
  )
  expect(events).toEqual(["open tensorflow", "dispose tensorflow"])
})

test("an engine that was named and is absent is an error that says why, and no other is opened", async () => {
  const { events, open } = machine({ js: "cpu" })
  await expect(openDevice("cpu", open)).rejects.toThrow(
    "Expected the engine onnx for --device cpu, but it is not available. No onnx here.",
  )
  expect(events).toEqual([])
})

test("a fault that is no absence is passed on, not taken for one", async () => {
  const broken = async (): Promise<Engine> => {
    throw new TypeError("a bug")
  }
  await expect(openDevice("auto", broken)).rejects.toThrow(TypeError)
})

test("an unknown device is an error that lists the known ones", async () => {
  await expect(openEngine({ device: "tpu" })).rejects.toThrow(
    `Expected a device out of ${deviceWords.join(", ")}, but got "tpu". Use --device auto.`,
  )
})

test("a number of threads below one is refused", async () => {
  await expect(openEngine({ threads: 0 })).rejects.toThrow(
    "Expected a whole number of threads, 1 or more, but got 0.",
  )
})

test("every engine is listed, with a reason or with what would compute", async () => {
  const found = await availability()
  expect(found.map(({ name }) => name)).toEqual(["onnx", "js", "webgpu", "onnx-webgpu", "tensorflow"])
  for (const { name, available, reason, identity } of found) {
    expect(reason === "").toBe(available)
    if (available) expect(identity).toMatchObject({ name, threads: 1 })
    else expect(reason).toMatch(/use --device onnx[,.]|Use --device onnx\b/)
  }
  expect(found.find(({ name }) => name === "js")?.available).toBe(true)
})
