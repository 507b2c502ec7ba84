import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import fc from "fast-check"
import { expect, test } from "vitest"
import { aTrial } from "../testing/plan.ts"
import type { Gpu } from "./devices.ts"
import type { Place } from "./places.ts"
import { openSlots, type Slot, type Slots } from "./slots.ts"
import { withSlot } from "./withSlot.ts"

const memory = 10_000
const base = 1000
const gpu = (number: number): Gpu => ({ number, uuid: `GPU-${number}`, model: "H100", memory, used: base })
const onGpu = (number: number, most: number): Place => ({
  gpu: gpu(number),
  environment: { CUDA_VISIBLE_DEVICES: `GPU-${number}` },
  most,
})
const onCpu = (most: number): Place => ({ environment: { CUDA_VISIBLE_DEVICES: "" }, most })
const trial = aTrial("gan")

/** A driver whose memory comes back when the test says so. */
function driver() {
  const waiting: { readonly gpu: Gpu; readonly allowed: number; readonly back: () => void }[] = []
  return {
    waiting,
    recovers: (one: Gpu, allowed: number) =>
      new Promise<void>((back) => waiting.push({ gpu: one, allowed, back })),
    async giveBack(index: number) {
      waiting.splice(index, 1)[0]!.back()
      await Promise.resolve()
      await Promise.resolve()
    },
  }
}

function hold(slots: Slots, wish = {}) {
  const held: { slot?: Slot; leave: () => void } = { leave: () => {} }
  held.leave = slots.ask({ trial, ...wish }, (slot) => {
    held.slot = slot
  })
  return held
}

test("on the CPU as many trials are played as there are workers, each with a number of its own", () => {
  const slots = openSlots({ places: [onCpu(2)], workers: 2 })
  const [first, second, third] = [hold(slots), hold(slots), hold(slots)]
  expect([first, second, third].map(({ slot }) => slot?.number)).toEqual([0, 1, undefined])
  first.leave()
  first.leave()
  expect(third.slot).toEqual({ number: 0, environment: { CUDA_VISIBLE_DEVICES: "" }, unshared: false })
})

test("a trial that must be alone waits for all others, and others wait for it", () => {
  const slots = openSlots({ places: [onCpu(3)], workers: 3 })
  const before = hold(slots)
  const alone = hold(slots, { alone: true })
  const after = hold(slots)
  expect([alone.slot, after.slot]).toEqual([undefined, undefined])
  before.leave()
  expect(alone.slot?.number).toBe(0)
  expect(after.slot).toBeUndefined()
  alone.leave()
  expect(after.slot?.number).toBe(0)
})

test("a wish that is withdrawn makes room for those behind it", () => {
  const slots = openSlots({ places: [onCpu(2)], workers: 2 })
  hold(slots)
  const alone = hold(slots, { alone: true })
  const behind = hold(slots)
  alone.leave()
  expect(alone.slot).toBeUndefined()
  expect(behind.slot?.number).toBe(1)
})

test("a GPU that was left opens again only when its memory is back", async () => {
  const { waiting, recovers, giveBack } = driver()
  const slots = openSlots({ places: [onGpu(0, 1)], workers: 1, recovers })
  const first = hold(slots)
  const second = hold(slots)
  first.leave()
  expect(second.slot).toBeUndefined()
  // What was in use when the GPUs were listed, and 256 MiB.
  expect(waiting.map(({ allowed }) => allowed)).toEqual([1256])
  await giveBack(0)
  expect(second.slot?.gpu?.number).toBe(0)
})

test("a GPU whose driver fails while it waits opens again", async () => {
  const slots = openSlots({
    places: [onGpu(0, 1)],
    workers: 1,
    recovers: () => Promise.reject(new Error("lost")),
  })
  hold(slots).leave()
  const next = hold(slots)
  await new Promise((resolve) => setImmediate(resolve))
  expect(next.slot?.gpu?.number).toBe(0)
})

test("two measured trials share a GPU when they fit with 10 % to spare, and only then", () => {
  const shared = (peak: number) => {
    const slots = openSlots({ places: [onGpu(0, 2)], workers: 2, footprint: () => peak })
    return [hold(slots), hold(slots)].map(({ slot }) => slot?.gpu?.number)
  }
  // 9,000 MiB are free; twice 4,090 MiB with 10 % are 8,998, twice 4,100 are 9,020.
  expect(shared(4090)).toEqual([0, 0])
  expect(shared(4100)).toEqual([0, undefined])
})

test("an empty GPU is taken before one is shared", () => {
  const slots = openSlots({ places: [onGpu(0, 4), onGpu(1, 4)], workers: 4, footprint: () => 1000 })
  const numbers = Array.from({ length: 4 }, () => hold(slots).slot?.gpu?.number)
  expect(numbers).toEqual([0, 1, 0, 0])
})

test("nobody comes beside a trial that was not measured, so its memory can be measured", () => {
  const slots = openSlots({
    places: [onGpu(0, 2)],
    workers: 2,
    footprint: ({ arm }) => (arm === "known" ? 100 : undefined),
  })
  const unknown = hold(slots)
  expect(unknown.slot?.unshared).toBe(true)
  expect(hold(slots, { trial: aTrial("known") }).slot).toBeUndefined()
})

test("where packing is not allowed, measured trials do not share, also while another GPU recovers", () => {
  const { recovers } = driver()
  const slots = openSlots({ places: [onGpu(0, 1), onGpu(1, 1)], workers: 2, footprint: () => 100, recovers })
  const first = hold(slots)
  hold(slots)
  first.leave()
  expect(hold(slots).slot).toBeUndefined()
})

test("nobody comes beside a trial that asked to be alone, however little it takes", () => {
  const slots = openSlots({ places: [onGpu(0, 2)], workers: 2, footprint: () => 100 })
  const alone = hold(slots, { alone: true })
  const beside = hold(slots)
  expect([alone.slot?.unshared, beside.slot]).toEqual([true, undefined])
})

type Act =
  | { readonly type: "ask"; readonly peak: number | undefined; readonly alone: boolean }
  | { readonly type: "leave"; readonly which: number }
  | { readonly type: "back"; readonly which: number }

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant("ask" as const),
      peak: fc.option(fc.integer({ min: 1, max: 9000 }), { nil: undefined }),
      alone: fc.integer({ min: 0, max: 4 }).map((one) => one === 4),
    }),
    fc.record({ type: fc.constant("leave" as const), which: fc.nat() }),
    fc.record({ type: fc.constant("back" as const), which: fc.nat() }),
  ),
  { maxLength: 40 },
)

const machines = fc.oneof(
  fc.integer({ min: 1, max: 4 }).map((workers) => ({ places: [onCpu(workers)], workers, packing: false })),
  fc
    .record({
      gpus: fc.integer({ min: 1, max: 3 }),
      workers: fc.integer({ min: 1, max: 5 }),
      packing: fc.boolean(),
    })
    .map(({ gpus, workers, packing }) => ({
      places: Array.from({ length: gpus }, (_, number) => onGpu(number, packing ? workers : 1)),
      workers,
      packing,
    })),
)

test("whatever the order of asking, leaving and recovering, no device holds what it must not, and nobody is forgotten", async () => {
  await fc.assert(
    fc.asyncProperty(machines, acts, async ({ places, workers, packing }, script) => {
      const peaks = new Map<string, number | undefined>()
      const { waiting, recovers, giveBack } = driver()
      const slots = openSlots({ places, workers, footprint: ({ id }) => peaks.get(id), recovers })
      type Asker = ReturnType<typeof hold> & {
        peak: number | undefined
        alone: boolean
        order: number
        given?: number
      }
      let askers: Asker[] = []
      let asked = 0
      let grants = 0

      const ask = (peak: number | undefined, alone: boolean) => {
        const one = aTrial("gan", asked)
        peaks.set(one.id, peak)
        const asker: Asker = { peak, alone, order: asked, leave: () => {} }
        asked += 1
        askers.push(asker)
        asker.leave = slots.ask({ trial: one, alone }, (slot) => {
          asker.slot = slot
          asker.given = grants
          grants += 1
          // Never on a GPU whose memory is not back.
          expect(waiting.map((left) => left.gpu.uuid)).not.toContain(slot.gpu?.uuid)
        })
      }
      const leave = (asker: Asker) => {
        askers = askers.filter((other) => other !== asker)
        asker.leave()
        asker.leave()
      }
      const check = () => {
        const playing = askers.filter(({ slot }) => slot !== undefined)
        expect(playing.length).toBeLessThanOrEqual(slots.size)
        expect(slots.size).toBeLessThanOrEqual(workers)
        expect(new Set(playing.map(({ slot }) => slot!.number)).size).toBe(playing.length)
        for (const { slot } of playing) {
          expect(slot!.number).toBeLessThan(slots.size)
          expect(slot!.environment.CUDA_VISIBLE_DEVICES).toBe(slot!.gpu?.uuid ?? "")
        }
        for (const place of places) {
          const here = playing.filter(({ slot }) => slot!.gpu?.uuid === place.gpu?.uuid)
          if (here.length < 2) continue
          expect(here.some(({ alone }) => alone)).toBe(false)
          expect(here.some(({ slot }) => slot!.unshared)).toBe(false)
          if (place.gpu === undefined) continue
          expect(packing).toBe(true)
          // A trial that was never measured makes the sum NaN, which is below nothing.
          const sum = here.reduce((total, { peak }) => total + (peak ?? Number.NaN) * 1.1, base)
          expect(sum).toBeLessThanOrEqual(memory + 1e-6)
        }
        // First come, first served.
        const given = playing.toSorted((a, b) => a.order - b.order).map((asker) => asker.given!)
        expect(given).toEqual(given.toSorted((a, b) => a - b))
        // Nobody waits while there is an empty device, or room on a CPU that nobody needs alone.
        const waits = askers.filter(({ slot }) => slot === undefined)
        const full = playing.length === slots.size
        const empty = places.some(
          ({ gpu: card }) =>
            playing.every(({ slot }) => slot!.gpu?.uuid !== card?.uuid) &&
            waiting.every((left) => left.gpu.uuid !== card?.uuid),
        )
        if (empty && !full) expect(waits).toEqual([])
        const shareable = ![...playing, ...waits.slice(0, 1)].some(({ alone }) => alone)
        if (places[0]!.gpu === undefined && shareable && !full) expect(waits).toEqual([])
      }

      for (const act of script) {
        if (act.type === "ask") ask(act.peak, act.alone)
        if (act.type === "leave" && askers.length > 0) leave(askers[act.which % askers.length]!)
        if (act.type === "back" && waiting.length > 0) await giveBack(act.which % waiting.length)
        check()
      }
      // Every wish is granted once those before it have left.
      while (askers.length > 0 || waiting.length > 0) {
        const playing = askers.find(({ slot }) => slot !== undefined)
        if (playing !== undefined) leave(playing)
        else await giveBack(0)
        check()
      }
      for (let number = 0; number < places.length && number < workers; number += 1) ask(undefined, false)
      expect(askers.every(({ slot }) => slot !== undefined)).toBe(true)
    }),
    { numRuns: 400 },
  )
})

test("a slot is given back whether its use succeeds, fails, dies or is interrupted", async () => {
  const slots = openSlots({ places: [onCpu(1)], workers: 1 })
  const uses = [
    Effect.succeed(1),
    Effect.fail("no"),
    Effect.die("bug"),
    Effect.sleep(60_000).pipe(Effect.timeout(5)),
  ] as const
  for (const use of uses) {
    await Effect.runPromiseExit(withSlot(slots, { trial }, () => use as Effect.Effect<unknown, unknown>))
    const next = hold(slots)
    expect(next.slot?.number).toBe(0)
    next.leave()
  }
})

test("interrupting a trial that waits for a slot withdraws its wish", async () => {
  const slots = openSlots({ places: [onCpu(1)], workers: 1 })
  const first = hold(slots)
  await Effect.runPromise(
    Effect.gen(function* () {
      const waits = yield* Effect.forkChild(withSlot(slots, { trial }, () => Effect.never))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(waits)
    }),
  )
  first.leave()
  expect(hold(slots).slot?.number).toBe(0)
})

test("a trial that waits for a slot is played when the slot is given back", async () => {
  const slots = openSlots({ places: [onCpu(1)], workers: 1 })
  const numbers = await Effect.runPromise(
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const use = (slot: Slot) => Deferred.await(gate).pipe(Effect.as(slot.number))
      const both = yield* Effect.forkChild(
        Effect.all([withSlot(slots, { trial }, use), withSlot(slots, { trial }, use)], { concurrency: 2 }),
      )
      yield* Deferred.succeed(gate, undefined)
      return yield* Fiber.join(both)
    }),
  )
  expect(numbers).toEqual([0, 0])
})
