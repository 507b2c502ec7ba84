import fc from "fast-check"
import { expect, test } from "vitest"
import { aPlan } from "../testing/plan.ts"
import { type BudgetQuestion, completeSeeds, makespan, mayStart, stoppedByBudget } from "./budget.ts"

const plan = aPlan({ l1: "baseline", gan: "challenger" }, [1, 2, 3])
const seed = (number: number) => plan.trials.filter((trial) => trial.seed === number)
const unknown = { spent: new Map(), trained: { seconds: 0, steps: 0 } }
/** One hour; l1 took 600 s, gan 1200 s; seed 1 is complete and nothing is played. */
const question: BudgetQuestion = {
  hours: 1,
  elapsed: 1800,
  pace: {
    spent: new Map([
      ["l1", { seconds: 600, trials: 1 }],
      ["gan", { seconds: 2400, trials: 2 }],
    ]),
    trained: { seconds: 1800, steps: 20 },
  },
  workers: 1,
  playing: [],
  next: seed(2),
  first: false,
}

test("a seed starts when the whole of it fits into what is left", () => {
  expect(mayStart(question)).toEqual({ answer: "start" })
  // 600 s + 1200 s are needed, and one second less is left.
  expect(mayStart({ ...question, elapsed: 1801 })).toMatchObject({ answer: "stop" })
  expect(mayStart({ ...question, elapsed: 2401, workers: 2 })).toMatchObject({ answer: "stop" })
  expect(mayStart({ ...question, elapsed: 2400, workers: 2 })).toEqual({ answer: "start" })
})

test("what is being played takes its share of the time", () => {
  const busy = { ...question, workers: 2, elapsed: 2000 }
  // l1 waits for no one, gan for the worker that is free after 600 s or after 500 s.
  expect(mayStart({ ...busy, playing: [500] })).toEqual({ answer: "stop", reason: expect.any(String) })
  expect(mayStart({ ...busy, playing: [400] })).toEqual({ answer: "start" })
})

test("the sentence says why it stopped, how far it came and what to do", () => {
  const answer = mayStart({ ...question, elapsed: 2700 })
  expect(answer).toEqual({
    answer: "stop",
    reason: "the next seed needs about 0.50 h more, and 0.25 h are left",
  })
  const { reason } = answer as { reason: string }
  const finished = new Set(seed(1).map(({ id }) => id))
  expect(stoppedByBudget(1, { reason, elapsed: 2700 }, plan, finished)).toBe(
    "No more was started after 0.75 h of --budget 1: the next seed needs about 0.50 h more, and 0.25 h are left. " +
      "Complete seeds: 1 of 3. Run again to go on.",
  )
  expect(mayStart({ ...question, elapsed: 3600 })).toEqual({ answer: "stop", reason: "the time is used up" })
})

test("an arm that nothing finished of takes its steps at the speed of all steps", () => {
  // 90 s a step, 10 steps: 900 s for l1 beside 1200 s for gan.
  const pace = { ...question.pace, spent: new Map([["gan", { seconds: 1200, trials: 1 }]]) }
  expect(mayStart({ ...question, pace, elapsed: 1500 })).toEqual({ answer: "start" })
  expect(mayStart({ ...question, pace, elapsed: 1501 })).toMatchObject({ answer: "stop" })
})

test("before anything is known the first seed starts, and no other", () => {
  const start = { ...question, pace: unknown, elapsed: 0 }
  expect(mayStart({ ...start, first: true })).toEqual({ answer: "start" })
  expect(mayStart({ ...start, playing: [undefined] })).toEqual({ answer: "wait" })
  expect(mayStart(start)).toEqual({
    answer: "stop",
    reason: "nothing finished tells how long the next seed takes",
  })
  expect(mayStart({ ...start, first: true, elapsed: 3600 })).toMatchObject({ answer: "stop" })
})

test("a first seed that is known not to fit does not start", () => {
  expect(mayStart({ ...question, first: true, elapsed: 3000 })).toMatchObject({ answer: "stop" })
})

test("what is played of unknown length is waited for", () => {
  expect(mayStart({ ...question, playing: [undefined] })).toEqual({ answer: "wait" })
})

test("a seed is complete when every arm has a result for it", () => {
  const ids = (...numbers: number[]) => numbers.flatMap((number) => seed(number).map(({ id }) => id))
  expect(completeSeeds(plan, new Set())).toBe(0)
  expect(completeSeeds(plan, new Set(ids(1, 3)))).toBe(2)
  expect(completeSeeds(plan, new Set([...ids(1), seed(2)[0]!.id]))).toBe(1)
})

test("no way of sharing the work is faster than its longest trial, or than all workers busy; and none is slower than one worker", () => {
  const seconds = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 8 })
  fc.assert(
    fc.property(seconds, seconds, fc.integer({ min: 1, max: 8 }), (playing, next, workers) => {
      const busy = playing.slice(0, workers)
      const sum = [...busy, ...next].reduce((a, b) => a + b, 0)
      const whole = makespan(busy, next, workers)
      expect(whole).toBeGreaterThanOrEqual(Math.max(0, ...busy, ...next))
      expect(whole).toBeGreaterThanOrEqual(sum / workers)
      expect(whole).toBeLessThanOrEqual(sum)
      // The bound of greedy list scheduling (Graham 1966).
      expect(whole).toBeLessThanOrEqual(sum / workers + Math.max(0, ...busy, ...next))
    }),
  )
})

test("a seed that starts ends within the budget when its trials take what they took before", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4000 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 4 }),
      (elapsed, workers, playing) => {
        const busy = playing.slice(0, workers)
        const { answer } = mayStart({ ...question, elapsed, workers, playing: busy })
        if (answer === "start")
          expect(elapsed + makespan(busy, [600, 1200], workers)).toBeLessThanOrEqual(3600)
        else expect(elapsed + makespan(busy, [600, 1200], workers)).toBeGreaterThan(3600)
      },
    ),
  )
})
