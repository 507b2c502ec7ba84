import { expect, test } from "vitest"
import type { RunEvent } from "../contracts/runEvent.ts"
import { anExecution, aTrial } from "../testing/plan.ts"
import { openEventLines } from "./eventLines.ts"

test("every event is one JSON line with its name, the time, and the trial by id, arm and seed", () => {
  const trial = aTrial("gan", 3)
  const about = { trial: trial.id, arm: "gan", seed: 3 }
  const events: RunEvent[] = [
    { type: "planned", trials: 2, reused: 1, workers: 1, missing: [trial] },
    { type: "launched", trial, worker: 0, go: 1 },
    { type: "resumed", trial, worker: 0, step: 5 },
    {
      type: "progress",
      trial,
      worker: 0,
      phase: "training",
      stage: "s",
      step: 6,
      steps: 10,
      losses: { a: Number.NaN, b: 1 },
    },
    {
      type: "failed",
      trial,
      worker: 0,
      retrying: true,
      failure: {
        schema: 1,
        trial: trial.id,
        attempt: 1,
        execution: anExecution,
        class: "failed",
        exitCode: 1,
        signal: null,
        lastLines: ["secret"],
        sentence: "It\ncrashed.",
      },
    },
    { type: "held", trial },
    { type: "notice", sentence: "Something." },
    { type: "finished", trial, worker: 0, status: "completed" },
  ]
  const lines: string[] = []
  let clock = 10
  const out = openEventLines({ write: (line) => lines.push(line), now: () => clock })
  clock = 11.5
  for (const event of events) out.show(event)
  expect(lines.every((line) => line.indexOf("\n") === line.length - 1)).toBe(true)
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { event: "planned", seconds: 1.5, trials: 2, reused: 1, workers: 1, missing: 1 },
    { event: "launched", seconds: 1.5, ...about, worker: 0, go: 1 },
    { event: "resumed", seconds: 1.5, ...about, worker: 0, step: 5 },
    {
      event: "progress",
      seconds: 1.5,
      ...about,
      worker: 0,
      phase: "training",
      stage: "s",
      step: 6,
      steps: 10,
      losses: { a: null, b: 1 },
    },
    {
      event: "failed",
      seconds: 1.5,
      ...about,
      worker: 0,
      class: "failed",
      sentence: "It\ncrashed.",
      retrying: true,
    },
    { event: "held", seconds: 1.5, ...about },
    { event: "notice", seconds: 1.5, sentence: "Something." },
    { event: "finished", seconds: 1.5, ...about, worker: 0, status: "completed" },
  ])
})
