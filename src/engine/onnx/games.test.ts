import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, expect, test } from "vitest"
import { openEngine } from "../open.ts"
import { lazyStep } from "../steps/lazyStep.ts"
import { gameSources } from "../testing/game.ts"
import { digests, games, playedDigest } from "../testing/playedDigest.ts"
import { tinyDcgan } from "../testing/tinyDcgan.ts"
import * as tf from "../tf.ts"
import type { OnnxEngine } from "./engine.ts"

let engine: OnnxEngine
beforeAll(async () => {
  engine = (await openEngine({ device: "onnx", threads: 1 })) as OnnxEngine
})
afterAll(() => engine.dispose())

test.each(Object.entries(games))("the %s ends with the same bits replayed as lazy", (_name, make) => {
  const steps = 30
  const [replayed, lazy] = [make(), make()]
  const compiled = engine.compile(replayed.body, gameSources)
  const alone = lazyStep(lazy.body, gameSources, () => engine.backend.flush())
  expect(playedDigest(replayed, compiled, steps)).toBe(playedDigest(lazy, alone, steps))
  expect(compiled.mode).toBe("replayed")
  compiled.dispose()
  tf.dispose([...replayed.variables, ...lazy.variables])
})

test("1000 steps of three games end with the same bits in another process", async () => {
  const script = fileURLToPath(new URL("../testing/printDigests.ts", import.meta.url))
  const other = promisify(execFile)(process.execPath, ["--import", "tsx", script, "1000"])
  const here = digests(engine, 1000)
  expect((await other).stdout.trim()).toBe(here)
  expect(here.split("\n")).toHaveLength(3)
})

test("500 steps of a DCGAN leave as many tensors, buffers and sessions as 5 do", () => {
  const game = tinyDcgan()
  const compiled = engine.compile(game.body, gameSources)
  const play = (step: number) => {
    const feeds = game.feeds(step)
    tf.dispose([feeds, compiled.play(feeds, step)])
  }
  const state = () => [tf.memory().numTensors, engine.backend.numDataIds(), engine.memory().sessions]
  for (let step = 0; step < 5; step++) play(step)
  const before = state()
  const compiles = engine.backend.compiles
  for (let step = 5; step < 500; step++) play(step)
  expect(state()).toEqual(before)
  expect(engine.backend.compiles).toBe(compiles)
  compiled.dispose()
  expect(engine.memory().sessions).toBe(before[2]! - 1)
  tf.dispose([...game.variables])
})
