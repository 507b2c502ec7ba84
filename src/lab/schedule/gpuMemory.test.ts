import { expect, test } from "vitest"
import type { Gpu } from "./devices.ts"
import { memoryBack, watchPeak } from "./gpuMemory.ts"

const gpu: Gpu = { number: 0, uuid: "GPU-0", model: "H100", memory: 80_000, used: 4 }

/** A driver that gives these answers one after the other, the last one again and again; and a clock for it. */
function driver(...answers: readonly (number | undefined)[]) {
  let asked = 0
  let slept = 0
  return {
    used: async () => answers[Math.min(asked++, answers.length - 1)],
    sleep: async (seconds: number) => {
      slept += seconds
    },
    seconds: () => slept,
    looks: () => asked,
  }
}

test("a GPU is used again as soon as its memory is back", async () => {
  const { used, sleep, seconds } = driver(70_000, 30_000, 260, 4)
  await memoryBack(gpu, 260, used, sleep)
  expect(seconds()).toBe(1)
})

test("memory that somebody else holds is waited for no longer than half a minute", async () => {
  const { used, sleep, seconds, looks } = driver(70_000)
  await memoryBack(gpu, 260, used, sleep)
  expect([seconds(), looks()]).toEqual([29.5, 60])
})

test("where the driver does not tell, nothing is waited for", async () => {
  const { used, sleep, seconds } = driver(undefined)
  await memoryBack(gpu, 260, used, sleep)
  expect(seconds()).toBe(0)
})

/** Watches with these answers and gives what was measured after all of them. */
async function measure(...answers: readonly (number | undefined)[]): Promise<number | undefined> {
  const { used } = driver(...answers)
  let look = () => {}
  let stopped = false
  const over = watchPeak(gpu, 100, used, (_, ask) => {
    look = ask
    return () => {
      stopped = true
    }
  })
  for (const _ of answers) {
    look()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const peak = over()
  expect(stopped).toBe(true)
  return peak
}

test("a trial's footprint is the most that was in use beyond what others use", async () => {
  expect(await measure(100, 500, 2100, 1700)).toBe(2000)
})

test("a trial that was over after two looks, or whose driver does not tell, has no footprint", async () => {
  expect(await measure(500, 600)).toBeUndefined()
  expect(await measure(100, 100, 100, 90)).toBeUndefined()
  expect(await measure(undefined, undefined, undefined)).toBeUndefined()
})
