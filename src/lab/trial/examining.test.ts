import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TrainedJudge } from "@saddlepoint/core/contracts/judge"
import { stagesOf } from "@saddlepoint/core/contracts/method"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { ChildMessage } from "../contracts/childMessage.ts"
import { takeAttempt } from "../store/attempts/attempt.ts"
import { attemptFolder, trialFolder } from "../store/files/layout.ts"
import { takeLease } from "../store/leases/lease.ts"
import { publishedResult } from "../store/trials/trialRecord.ts"
import { criticGame, pluginsOf, requestOf } from "../testing/criticGame.ts"
import { playTrial } from "./playTrial.ts"
import { Refusal } from "./refusal.ts"
import { replayTrial } from "./replay.ts"

const { random } = Math
let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-exam-"))
})
afterEach(() => {
  Math.random = random
  rmSync(store, { recursive: true, force: true })
})

/** A judge that is the critic of the tests' game, examined at a bar. */
const judgeAt = (atLeast: number): Plugin<"judge", TrainedJudge> => ({
  kind: "judge",
  name: "critic",
  version: 1,
  options: {},
  build: () => ({
    seed: 1,
    steps: 4,
    player: "critic",
    task: "to learn a mean",
    stages: (dataset) => stagesOf(criticGame().build({ data: {} as never }), dataset),
    async exam(player, { splits }) {
      const value = (await player.variables.x!.data())[0]!
      return { score: "the mean", value, chance: -9, atLeast, images: splits.test.size, split: "test" }
    },
  }),
})

const task = { mode: "play", attempt: 1, checkpointSeconds: 60 } as const
const asked = async (task: Parameters<typeof requestOf>[1]) =>
  requestOf(store, task, {
    kind: "judge",
    role: "judge",
    arm: "judge/fid.features",
    preimage: { spec: { use: "critic" } },
  })

async function play(atLeast: number) {
  const request = await asked(task)
  const { trial, experiment, execution } = request
  takeAttempt(trialFolder(store, experiment, trial.id), 0)
  takeLease(attemptFolder(store, experiment, trial.id, 1), execution, 60)
  const end = await playTrial(request as never, pluginsOf(judgeAt(atLeast)), () => {}).catch((error) => error)
  const journal = readFileSync(join(attemptFolder(store, experiment, trial.id, 1), "journal.jsonl"), "utf8")
  return {
    end,
    exams: journal.split("\n").filter((line) => line.includes('"exam"')),
    result: publishedResult(store, experiment, trial.id, execution)?.result,
  }
}

test("a judge that reaches its bar publishes its score, and a replay compares it", async () => {
  const { end, result, exams } = await play(-2)
  expect(end).toBeUndefined()
  expect(result).toMatchObject({
    status: "completed",
    exam: { score: "the mean", chance: -9, atLeast: -2, images: 2, split: "test" },
  })
  expect(exams).toHaveLength(1)
  const said: ChildMessage[] = []
  await replayTrial((await asked({ mode: "verify" })) as never, pluginsOf(judgeAt(-2)), (message) =>
    said.push(message),
  )
  expect(said.at(-1)).toMatchObject({ replay: { firstDifference: null, relative: {}, unlike: [] } })
})

test("a judge below its bar is refused in one sentence; its journal keeps the score, and there is no result", async () => {
  const { end, result, exams } = await play(5)
  expect(end).toBeInstanceOf(Refusal)
  expect((end as Error).message).toMatch(
    /^Expected the judge critic \(judge\/fid\.features\) to reach its bar, but after 4 steps it has the mean -?[\d.]+ on 2 test images \(chance -9, bar 5\); give it more steps, more width or another seed, choose another judge, leave its metrics out, or lower the bar \(atLeast\)\.$/,
  )
  expect(result).toBeUndefined()
  expect(exams).toHaveLength(1)
})
