import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Method, SamplesMethod } from "@saddlepoint/core/contracts/method"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import * as tf from "@saddlepoint/engine/tf"
import { afterEach, beforeEach, expect, test } from "vitest"
import { stillName, stillsAmong } from "../contracts/stills.ts"
import { takeAttempt } from "../store/attempts/attempt.ts"
import { readJournal } from "../store/attempts/journal.ts"
import { attemptFolder, trialFolder } from "../store/files/layout.ts"
import { takeLease } from "../store/leases/lease.ts"
import { publishedResult } from "../store/trials/trialRecord.ts"
import { criticGame, pluginsOf, requestOf } from "../testing/criticGame.ts"
import { anAttempt } from "../testing/plan.ts"
import { openTrial } from "./openTrial.ts"
import { playTrial } from "./playTrial.ts"
import { openStills } from "./stills.ts"

const { random } = Math
let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "saddlepoint-stills-"))
})
afterEach(() => {
  Math.random = random
  rmSync(place, { recursive: true, force: true })
})

/** Noise about the number that the generator has learnt. */
const noisy: SamplesMethod["answer"] =
  async (_dataset, { generator }) =>
  (_batch, { count, draw }) =>
    tf.add(
      tf.mul(draw("latent", [count, 16, 16, 1], { kind: "normal" }), 0.1),
      tf.div(generator!.variables.x!, 2),
    )

/** The game of numbers, whose generator answers so. */
function gameWith(answer = noisy, more: Partial<SamplesMethod> = {}): Plugin<"method", Method> {
  const game = criticGame()
  return { ...game, build: (parts) => ({ ...(game.build(parts) as SamplesMethod), ...more, answer }) }
}

/** Plays twelve steps, a move of the generator in every third. */
async function played(name: string, samplesEvery?: number, game = gameWith()) {
  const store = join(place, name)
  const looks = samplesEvery === undefined ? {} : { samplesEvery }
  const task = { mode: "play", attempt: 1, checkpointSeconds: 60, ...looks } as const
  const request = await requestOf(store, task, { steps: 4 })
  const { trial, experiment, execution } = request
  takeAttempt(trialFolder(store, experiment, trial.id), 0)
  takeLease(attemptFolder(store, experiment, trial.id, 1), execution, 60)
  await playTrial(request, pluginsOf(game), () => {})
  Math.random = random
  const { result, folder } = publishedResult(store, experiment, trial.id, execution)!
  return { result, folder, steps: stillsAmong(result.files).map(({ step }) => step) }
}

const events = (folder: string) =>
  readFileSync(join(folder, "journal.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line.includes('"samples'))
    .map((line) => JSON.parse(line))

test("stills are kept every so many steps and after the last one, and vouched for by the result", async () => {
  expect((await played("none")).steps).toEqual([])
  const { steps, folder, result } = await played("some", 5)
  expect(steps).toEqual([5, 10, 12])
  expect(events(folder).map(({ event, step }) => [event, step])).toEqual(
    steps.map((step) => ["samples", step]),
  )
  expect(Object.keys(result.artifacts)).toEqual(["weights", "grid"])
  const [first, second] = ["0000005.png", "0000010.png"].map((name) =>
    readFileSync(join(folder, "artifacts/samples", name)),
  )
  expect(first!.equals(second!)).toBe(false)
  const again = await played("again", 5)
  expect(readFileSync(join(again.folder, "artifacts/samples/0000005.png"))).toEqual(first)
})

test("no number of the trial changes, nor its judging", async () => {
  const [without, having] = [await played("without"), await played("having", 1)]
  expect(having.steps).toHaveLength(12)
  expect(having.result.weightsSha256).toBe(without.result.weightsSha256)
  const [chains, same] = [without, having].map(({ folder }) =>
    readJournal(folder).steps.map(({ step, chain, losses }) => ({ step, chain, losses })),
  )
  expect(same).toEqual(chains)
  const grid = ({ folder }: typeof having) => readFileSync(join(folder, "artifacts/grid.png"))
  expect(grid(having)).toEqual(grid(without))
  const leaks = ({ folder }: typeof having) =>
    /"leak"/.test(readFileSync(join(folder, "journal.jsonl"), "utf8"))
  expect([leaks(without), leaks(having)]).toEqual([false, false])
})

test("what cannot be drawn is told once, and ends nothing", async () => {
  let asked = 0
  const failing: SamplesMethod["answer"] = async (dataset, players) => {
    asked += 1
    if (asked === 1) throw new Error("Not yet.")
    return noisy(dataset, players)
  }
  const { steps, folder, result } = await played("failing", 2, gameWith(failing))
  expect(steps).toEqual([])
  expect(events(folder)).toEqual([{ event: "samples-failed", step: 2, why: "Not yet." }])
  expect(result.status).toBe("completed")
})

test("methods that are told a class are told each in turn", async () => {
  const bright: SamplesMethod["answer"] =
    async () =>
    ({ label }) =>
      tf.mul(tf.ones([label!.shape[0]!, 16, 16, 1]), tf.reshape(tf.div(label!, 10), [-1, 1, 1, 1]))
  const told = { requires: { image: "image", label: "class" }, conditions: ["label"] } as const
  expect((await played("told", 6, gameWith(bright, told))).steps).toEqual([6, 12])
})

test("the stills of the attempt that a trial goes on from are taken over, up to where it goes on", async () => {
  const before = tf.memory().numTensors
  const task = { mode: "play", attempt: 2, checkpointSeconds: 60, samplesEvery: 2 } as const
  const opened = await openTrial(await requestOf(place, task, { steps: 4 }), pluginsOf(gameWith()))
  const { trial } = opened.request
  const first = anAttempt(place, trial)
  for (const step of [2, 4, 6]) first.artifact(stillName(step), `after ${step}`)
  first.artifact("samples/other.png", "no still")
  const second = anAttempt(place, trial)
  const resumption = { attempt: 1, step: 4 } as Parameters<typeof openStills>[2]
  const stills = openStills(opened, second, resumption)
  const names = () => readdirSync(join(second.folder, "artifacts/samples"))
  expect(names()).toEqual(["0000002.png", "0000004.png"])
  const generator = {
    variables: { x: tf.tidy(() => tf.variable(tf.scalar(1))) },
    state: {},
    apply: () => ({}),
    dispose() {},
  }
  const held = tf.memory().numTensors
  expect(await stills.after({ generator }, 5, 12)).toBe(0)
  expect(await stills.after({ generator }, 6, 12)).toBeGreaterThan(0)
  expect(names()).toEqual(["0000002.png", "0000004.png", "0000006.png"])
  expect(tf.memory().numTensors).toBe(held)
  generator.variables.x.dispose()
  opened.engine.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test("of very many steps there are at most some 200 stills", async () => {
  const task = { mode: "play", attempt: 1, checkpointSeconds: 60, samplesEvery: 1 } as const
  const opened = await openTrial(await requestOf(place, task, { steps: 4 }), pluginsOf(gameWith()))
  const attempt = anAttempt(place, opened.request.trial)
  const { after } = openStills(opened, attempt, undefined)
  const generator = {
    variables: { x: tf.scalar(1) as tf.Variable },
    state: {},
    apply: () => ({}),
    dispose() {},
  }
  const kept: number[] = []
  for (let step = 1; step <= 30; step++) if ((await after({ generator }, step, 2000)) > 0) kept.push(step)
  expect(kept).toEqual([10, 20, 30])
  opened.engine.dispose()
})
