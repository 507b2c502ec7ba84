import fc from "fast-check"
import { expect, test } from "vitest"
import type { JournalStep } from "../contracts/journalStep.ts"
import { aTrial } from "../testing/plan.ts"
import { lossPoints, newPoints, trialParams } from "./projection.ts"
import { legalKey } from "./values.ts"

const base = Date.parse("2026-05-01T10:00:00.000Z")

/** A journal in which the generator moves every `every` steps only. */
function journal(steps: number, every = 1): JournalStep[] {
  return Array.from({ length: steps }, (_, step) => ({
    event: "step",
    stage: "play",
    step,
    seconds: step / 7,
    losses: { "critic/total": step / 2, ...(step % every === 0 ? { "generator/total": -step } : {}) },
  }))
}

test("params are the resolved spec by its paths, and the rest of the preimage beside it", () => {
  const preimage = {
    schema: 1,
    spec: {
      use: "pix2pix",
      generator: { use: "unet", width: 16 },
      losses: [{ use: "l1", weight: 100 }, { use: "tv" }],
      sizes: [1, 2],
      nothing: {},
    },
    seed: 3,
    plugins: { "loss/l1": 1 },
    metrics: [],
  }
  expect(trialParams(aTrial("a", 3, { preimage }))).toEqual({
    use: "pix2pix",
    "generator.use": "unet",
    "generator.width": 16,
    "losses.0.use": "l1",
    "losses.0.weight": 100,
    "losses.1.use": "tv",
    sizes: [1, 2],
    nothing: {},
    "trial.schema": 1,
    "trial.seed": 3,
    "trial.plugins.loss/l1": 1,
    "trial.metrics": [],
  })
})

test("two paths are never one param", () => {
  const params = trialParams(aTrial("a", 1, { preimage: { spec: { "a.b": 1, a: { b: 2 } }, seed: 1 } }))
  const keys = Object.keys(params).map(legalKey)
  expect(new Set(keys).size).toBe(3)
  expect(params["a.b"]).toBe(2)
})

test("a series has about 200 points, evenly spaced and the last, also where its moves are rare", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 9 }), (steps, every) => {
      const points = lossPoints(journal(steps, every), steps, base, true)
      for (const key of ["critic/total", "generator/total"]) {
        const own = points.filter((point) => point.key === key).map(({ step }) => step)
        const played = Math.ceil(steps / (key === "critic/total" ? 1 : every))
        expect(own.length).toBeLessThanOrEqual(201)
        expect(own.length).toBeGreaterThanOrEqual(Math.min(played, 60))
        expect(own.at(-1)).toBe((played - 1) * (key === "critic/total" ? 1 : every))
        expect(own).toEqual([...new Set(own)].sort((a, b) => a - b))
        const stretch = Math.ceil(steps / 200)
        const gaps = own.slice(1).map((step, i) => step - own[i]!)
        expect(Math.max(0, ...gaps)).toBeLessThanOrEqual(
          stretch + (key === "critic/total" ? 0 : Math.max(every, stretch)),
        )
      }
    }),
  )
})

test("looking at a journal in any number of parts gives the points of looking once, with the same times", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 900 }),
      fc.array(fc.nat(900), { maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      (steps, looks, every) => {
        const whole = journal(steps, every)
        const sent = new Map<string, number>()
        const arrived = [...looks.filter((look) => look < steps).sort((a, b) => a - b), steps].flatMap(
          (look) => {
            const points = newPoints(lossPoints(whole.slice(0, look), steps, base, look === steps), sent)
            for (const { key, step } of points) sent.set(key, step)
            return points
          },
        )
        const sorted = (points: typeof arrived) => points.map((point) => JSON.stringify(point)).sort()
        expect(sorted(arrived)).toEqual(sorted(lossPoints(whole, steps, base, true)))
      },
    ),
  )
})

test("losses that are not finite are points like others, and times are whole milliseconds since the trial's begin", () => {
  const steps = journal(2).map((line) => ({ ...line, losses: { "critic/total": Number.NaN } }))
  expect(lossPoints(steps, 2, base, true)).toEqual([
    { key: "critic/total", value: Number.NaN, step: 0, timestamp: base },
    { key: "critic/total", value: Number.NaN, step: 1, timestamp: base + 142 },
  ])
})
