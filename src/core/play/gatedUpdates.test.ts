import type { Engine } from "@saddlepoint/engine/engine"
import { openEngine } from "@saddlepoint/engine/open"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { HostBatch } from "../contracts/dataset.ts"
import { learn } from "../contracts/game.ts"
import type { Player } from "../contracts/player.ts"
import { makeAdam } from "../optimisers/adam.ts"
import { Round } from "./round.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js" })
})
afterAll(() => engine.dispose())

/** A point that learns to be where the batch says. */
function round(gated: boolean) {
  const x = tf.tidy(() => tf.variable(tf.tensor1d([1, -2])))
  const point: Player = {
    variables: { x },
    state: {},
    apply: () => ({ features: x }),
    dispose: () => x.dispose(),
  }
  const move = learn({
    name: "move",
    learns: ["point"],
    optimiser: makeAdam({ rate: 0.1 }),
    objective: ({ batch }) => ({ total: tf.sum(tf.squaredDifference(x, batch.goal!)), terms: {} }),
    ...(gated ? { gate: ({ batch }) => tf.cast(batch.open!, "bool") } : {}),
  })
  const played = new Round({
    engine,
    stage: "s",
    game: { players: { point }, moves: [move] },
    seed: 1,
    steps: 9,
  })
  return { played, x }
}

const batch = (goal: number, open: boolean): HostBatch => ({
  goal: { values: Float32Array.of(goal, goal), shape: [2] },
  open: { values: Int32Array.of(open ? 1 : 0), shape: [] },
})

const goals = [5, 1, 4, -3, 2, 7]
const open = [false, true, false, false, true, true]

test("with a gate Adam takes the steps that it would take if the closed ones had never been", async () => {
  const before = engine.memory().tensors
  const [gated, free] = [round(true), round(false)]
  for (const [step, goal] of goals.entries()) await gated.played.play(batch(goal, open[step]!), step)
  const passed = goals.filter((_, step) => open[step])
  for (const [step, goal] of passed.entries()) await free.played.play(batch(goal, true), step)
  expect(gated.x.dataSync()).toEqual(free.x.dataSync())
  for (const { played, x } of [gated, free]) {
    played.dispose()
    x.dispose()
  }
  expect(engine.memory().tensors).toBe(before)
})

test("a resumed game goes on counting where it was", async () => {
  const [whole, first, second] = [round(true), round(true), round(true)]
  for (const [step, goal] of goals.entries()) await whole.played.play(batch(goal, open[step]!), step)
  for (const step of [0, 1, 2]) await first.played.play(batch(goals[step]!, open[step]!), step)
  second.played.restoreOptimisers(await first.played.optimiserState())
  second.x.assign(first.x)
  for (const step of [3, 4, 5]) await second.played.play(batch(goals[step]!, open[step]!), step)
  expect(second.x.dataSync()).toEqual(whole.x.dataSync())
  for (const { played, x } of [whole, first, second]) {
    played.dispose()
    x.dispose()
  }
})
