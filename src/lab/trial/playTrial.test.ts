import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { ChildMessage } from "../contracts/childMessage.ts"
import { takeAttempt } from "../store/attempts/attempt.ts"
import { readManifest } from "../store/attempts/manifest.ts"
import { attemptFolder, trialFolder } from "../store/files/layout.ts"
import { takeLease } from "../store/leases/lease.ts"
import { publishedResult } from "../store/trials/trialRecord.ts"
import { criticGame, critics, pluginsOf, requestOf } from "../testing/criticGame.ts"
import { playTrial } from "./playTrial.ts"
import { replayTrial } from "./replay.ts"

const { random } = Math
const plugins = pluginsOf(criticGame())
const budget = { steps: 4 }
const all = budget.steps * critics
let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-play-"))
})
afterEach(() => {
  Math.random = random
  rmSync(store, { recursive: true, force: true })
})

/** Plays a trial whose budget counts one move in three; a checkpoint is left after every step. */
async function played() {
  const request = await requestOf(store, { mode: "play", attempt: 1, checkpointSeconds: 0 }, budget)
  const { trial, experiment, execution } = request
  takeAttempt(trialFolder(store, experiment, trial.id), 0)
  takeLease(attemptFolder(store, experiment, trial.id, 1), execution, 60)
  await playTrial(request, plugins, () => {})
  return publishedResult(store, experiment, trial.id, execution)!
}

async function replayed(window?: number) {
  const said: ChildMessage[] = []
  const task = { mode: "verify", ...(window === undefined ? {} : { window }) } as const
  await replayTrial(await requestOf(store, task, budget), plugins, (message) => said.push(message))
  return said.flatMap((message) => (message.type === "replayed" ? [message.replay] : []))[0]
}

test("a result tells the steps of training, its manifest the budget's too, and what kind of answers were kept", async () => {
  const { result, folder } = await played()
  expect(result).toMatchObject({ status: "completed", steps: all })
  expect(Object.keys(result.artifacts)).toEqual(["weights", "grid"])
  for (const file of Object.values(result.artifacts)) expect(existsSync(join(folder, file))).toBe(true)
  expect(readManifest(folder)).toMatchObject({
    steps: budget.steps,
    trainingSteps: all,
    answers: "samples",
    dataset: { fields: { image: "image", label: "class" }, splits: { train: { size: 6 } } },
  })
})

test("a replay plays all steps of training again, or so many after a checkpoint, with the same bits", async () => {
  await played()
  expect(await replayed()).toEqual({
    from: 0,
    to: all,
    compared: all,
    firstDifference: null,
    relative: {},
    unlike: [],
  })
  // Two checkpoints are kept, the newest of which is the end.
  expect(await replayed(1)).toMatchObject({ from: all - 1, to: all, compared: 1, firstDifference: null })
})
