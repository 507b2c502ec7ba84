import { expect, test } from "vitest"
import type { RunEvent } from "../contracts/runEvent.ts"
import { aTrial } from "../testing/plan.ts"
import { follow, type Pace, runLeft, standstill, trialLeft } from "./pace.ts"

// A budget of 10 moves of the generator, which come once in five steps.
const [critic, other] = [aTrial("critic", 1), aTrial("other", 1)]
const trained = (step: number): RunEvent => ({
  type: "progress",
  trial: critic,
  worker: 0,
  phase: "training",
  stage: "play",
  step,
  steps: 50,
  losses: {},
})

/** The pace after events at these seconds. */
function after(...events: readonly (readonly [number, RunEvent])[]): Pace {
  return events.reduce((pace, [now, event]) => follow(pace, event, now), standstill)
}

const begun = [
  [0, { type: "planned", trials: 2, reused: 0, workers: 1, missing: [critic, other] }],
  [0, { type: "launched", trial: critic, worker: 0, go: 1 }],
] as const satisfies readonly (readonly [number, RunEvent])[]

test("a trial's steps of training, not its budget, tell how long it still takes", () => {
  const pace = after(...begun, [4, trained(20)])
  expect(trialLeft(pace, pace.playing.get(0)!, 4)).toBeCloseTo(6)
})

test("what is not begun is told by the seconds that a step of a budget takes", () => {
  // 0.2 s a step of training are 1 s a step of the budget: 6 s here, and 10 s for the other trial.
  expect(runLeft(after(...begun, [4, trained(20)]), 4)).toBeCloseTo(16)
  const finished = after(
    ...begun,
    [10, trained(50)],
    [10, { type: "finished", trial: critic, worker: 0, status: "completed" }],
  )
  expect(finished.trained).toEqual({ seconds: 10, steps: 10 })
  expect(runLeft(finished, 10)).toBeCloseTo(10)
})

test("steps that an earlier attempt had played count for neither", () => {
  const resumed = after(
    ...begun,
    [0, { type: "resumed", trial: critic, worker: 0, step: 30 }],
    [2, trained(40)],
  )
  expect(trialLeft(resumed, resumed.playing.get(0)!, 2)).toBeCloseTo(2)
  const finished = follow(
    follow(resumed, trained(50), 4),
    { type: "finished", trial: critic, worker: 0, status: "completed" },
    4,
  )
  expect(finished.trained).toEqual({ seconds: 4, steps: 4 })
})

test("judging, which counts batches, leaves the steps of training as they were", () => {
  const judging: RunEvent = { ...trained(3), phase: "judging", step: 3, steps: 4 } as RunEvent
  expect(after(...begun, [10, trained(50)], [11, judging]).playing.get(0)).toMatchObject({
    steps: 4,
    training: 50,
  })
})
