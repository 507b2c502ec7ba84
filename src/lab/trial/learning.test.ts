import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { ChildMessage } from "../contracts/childMessage.ts"
import { brokenLink, readJournal } from "../store/attempts/journal.ts"
import { criticGame, pluginsOf, requestOf } from "../testing/criticGame.ts"
import { anAttempt } from "../testing/plan.ts"
import { learn } from "./learning.ts"
import { openTrial } from "./openTrial.ts"

const { random } = Math
let store: string
let said: ChildMessage[]
const tell = (message: ChildMessage) => void said.push(message)
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-learning-"))
  said = []
})
afterEach(() => {
  Math.random = random
  rmSync(store, { recursive: true, force: true })
})

const plugins = pluginsOf(criticGame())
const budget = { steps: 4 }

test("where the budget counts one move in three, every step of training is played, journalled and told", async () => {
  const task = { mode: "play", attempt: 1, checkpointSeconds: 60 } as const
  const opened = await openTrial(await requestOf(store, task, budget), plugins)
  const attempt = anAttempt(store, opened.request.trial)
  const leaving = { asked: () => false, atOnce() {} }
  const learnt = await learn(opened, opened.stages(), attempt, undefined, leaving, tell)
  attempt.sync()
  const { steps, moves } = readJournal(attempt.folder)
  expect(learnt).toMatchObject({ status: "completed", steps: 12 })
  expect(steps.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  expect(steps.filter(({ losses }) => "generator/total" in losses)).toHaveLength(4)
  expect(brokenLink(steps)).toBeUndefined()
  expect(moves.map((played) => [played.stage, played.moves])).toEqual([
    ["play", ["critic"]],
    ["play", ["critic", "generator"]],
  ])
  expect(said.at(-1)).toMatchObject({ type: "progress", phase: "training", step: 12, steps: 12 })
  opened.engine.dispose()
})
