import { tmpdir } from "node:os"
import { afterEach, expect, test, vi } from "vitest"
import type { ChildMessage } from "../contracts/childMessage.ts"
import { criticGame, critics, pluginsOf, requestOf } from "../testing/criticGame.ts"
import { probeTrial } from "./probe.ts"

const { random } = Math
afterEach(() => {
  Math.random = random
  vi.restoreAllMocks()
})

test("where the budget counts one move in three, a price is that of three steps of training", async () => {
  const said: ChildMessage[] = []
  const request = await requestOf(tmpdir(), { mode: "probe" }, { steps: 100 })
  // A clock by which every step takes a second.
  vi.spyOn(performance, "now").mockImplementation(() => 1000 * said.length)
  await probeTrial(request, pluginsOf(criticGame()), (message) => said.push(message))
  expect(said[0]).toMatchObject({ type: "progress", step: 1, steps: 100 * critics })
  // After three first steps those of two seconds are enough.
  expect(said.at(-1)).toEqual({
    type: "probed",
    probe: {
      startSeconds: 0,
      firstStepsSeconds: 0,
      secondsPerStep: critics,
      steps: 2,
      // Two numbers, for which the optimiser keeps nothing.
      weightBytes: 8,
      checkpointBytes: expect.any(Number),
      peakMemory: expect.any(Number),
    },
  })
})
