import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { Moments } from "../contracts/moments.ts"
import { takeAttempt } from "../store/attempts/attempt.ts"
import { attemptFolder, trialFolder } from "../store/files/layout.ts"
import { takeLease } from "../store/leases/lease.ts"
import { publishedResult } from "../store/trials/trialRecord.ts"
import { criticGame, pluginsOf, requestOf } from "../testing/criticGame.ts"
import { forge } from "../testing/forge.ts"
import { playTrial } from "./playTrial.ts"
import { replayTrial } from "./replay.ts"

const { random } = Math
const plugins = pluginsOf(criticGame([], { moments: (players) => [{ share: 0.5, players }] }))
const budget = { steps: 2 }
let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-moments-"))
})
afterEach(() => {
  Math.random = random
  rmSync(store, { recursive: true, force: true })
})

async function played() {
  const request = await requestOf(store, { mode: "play", attempt: 1, checkpointSeconds: 60 }, budget)
  const { trial, experiment, execution } = request
  takeAttempt(trialFolder(store, experiment, trial.id), 0)
  takeLease(attemptFolder(store, experiment, trial.id, 1), execution, 60)
  await playTrial(request, plugins, () => {})
  return publishedResult(store, experiment, trial.id, execution)!
}

async function replayed() {
  const said: ChildMessage[] = []
  await replayTrial(await requestOf(store, { mode: "verify" }, budget), plugins, (message) =>
    said.push(message),
  )
  return said.flatMap((message) => (message.type === "replayed" ? [message.replay] : []))[0]!
}

test("a trial that kept snapshots gives the same bits again, moments and all", async () => {
  const { result } = await played()
  expect(result.artifacts.moments).toBe("artifacts/moments.json")
  expect(await replayed()).toMatchObject({ firstDifference: null, relative: {}, unlike: [] })
})

test("where judging fails, the trial has looked back all the same, and its result is published", async () => {
  const request = await requestOf(store, { mode: "play", attempt: 1, checkpointSeconds: 60 }, budget)
  const { trial, experiment, execution } = request
  takeAttempt(trialFolder(store, experiment, trial.id), 0)
  takeLease(attemptFolder(store, experiment, trial.id, 1), execution, 60)
  const broken = async () => {
    throw new Error("Expected the metric's code.")
  }
  await expect(playTrial(request, plugins, () => {}, broken)).rejects.toThrow("Expected the metric's code.")
  const { folder, result } = publishedResult(store, experiment, trial.id, execution)!
  const { moments } = JSON.parse(readFileSync(join(folder, result.artifacts.moments!), "utf8")) as Moments
  expect(moments.map(({ step, values }) => ({ step, values }))).toEqual([
    { step: 3, values: {} },
    { step: 6, values: {} },
  ])
})

test.each<[string, (moments: Moments["moments"]) => Moments["moments"], object]>([
  ["a moment less", (moments) => moments.slice(1), { unlike: ["moments"] }],
  [
    "another sign of its samples",
    ([first, ...others]) => [
      { ...first!, signs: { ...first!.signs, duplicates: first!.signs.duplicates! / 2 } },
      ...others,
    ],
    { unlike: [], relative: { moments: 0.5 } },
  ],
])(
  "a look back that was forged with all its digests is found by playing it again: %s",
  async (_, change, found) => {
    const published = await played()
    const { folder } = published
    const { schema, moments } = JSON.parse(
      readFileSync(join(folder, "artifacts/moments.json"), "utf8"),
    ) as Moments
    forge(published, (result) => result, {
      "artifacts/moments.json": JSON.stringify({ schema, moments: change(moments) }),
    })
    expect(await replayed()).toMatchObject(found)
  },
)
