import { openEngine } from "@saddlepoint/engine"
import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type Cadence, type Keep, type Learn, learn, type Stage } from "../contracts/game.ts"
import { inOrder } from "../laws/inOrder.ts"
import { makeAdam } from "../optimisers/adam.ts"
import { makeSgd } from "../optimisers/sgd.ts"
import { imageOf, only, stage, stageOf, towards, valuesOf, vector } from "./testing/toys.ts"
import { type Outcome, type StepReport, train } from "./trainer.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

/** Dirac-GAN (Mescheder et al. 2018) in several dimensions, of which only some moves may be taken. */
const dirac = (
  name: string,
  size: number,
  { critic, when = { every: 1 } }: { critic?: Learn; when?: Cadence } = {},
): Stage =>
  stage(
    () => ({
      players: {
        maker: vector(Array.from({ length: size }, () => 1)),
        critic: vector(Array.from({ length: size }, () => 1)),
      },
      moves: [
        critic ?? criticMove,
        learn({
          name: "maker",
          learns: ["maker"],
          optimiser: makeAdam({ rate: 0.01 }),
          when,
          objective: ({ players: { maker, critic: opponent } }) =>
            only("bce", tf.sum(tf.softplus(tf.neg(tf.mul(imageOf(opponent), imageOf(maker)))))),
        }),
      ],
    }),
    { name },
  )
const criticMove = learn({
  name: "critic",
  learns: ["critic"],
  optimiser: makeAdam({ rate: 0.01 }),
  objective: ({ players: { maker, critic } }) =>
    only("bce", tf.sum(tf.softplus(tf.mul(imageOf(critic), imageOf(maker))))),
})

const play = (stages: readonly Stage[], steps: number, on = engine) =>
  train({ stages, seed: 1, steps, engine: on, openLoader: inOrder })

function release({ players }: Outcome): void {
  for (const player of Object.values(players)) player.dispose()
}

test("the trainer's moves are replayed, also those of a step in which not everybody plays", async () => {
  const outcome = await play([dirac("only", 2, { when: { every: 2 } })], 16)
  release(outcome)
  expect(outcome.moves).toEqual([
    { stage: "only", moves: ["critic", "maker"], mode: "replayed", reason: "" },
    { stage: "only", moves: ["critic"], mode: "replayed", reason: "" },
  ])
  expect(outcome.leaked).toBe(0)
})

test("the sessions of a stage end with it", async () => {
  const before = engine.memory().sessions
  const outcome = await play([dirac("small", 3), dirac("large", 5)], 12)
  release(outcome)
  expect(outcome.moves.map((played) => `${played.stage} ${played.mode}`)).toEqual([
    "small replayed",
    "large replayed",
  ])
  expect(engine.memory().sessions).toBe(before)
})

test("a pool of past values is read and filled where the host draws, at every replayed step", async () => {
  const pool = tf.tidy(() => tf.variable(tf.zeros([3]), false))
  const place = (step: number) => (step * step + 1) % 3
  const drawn: Keep = {
    kind: "keep",
    name: "pool",
    feeds: (step) => ({ place: { values: Int32Array.of(place(step)), shape: [1] } }),
    // What the maker was before it moved is put into the pool.
    apply({ batch, made }) {
      const chosen = tf.cast(tf.oneHot(batch["pool.place"] as tf.Tensor1D, 3), "float32").reshape([3])
      pool.assign(tf.add(tf.mul(pool, tf.sub(1, chosen)), tf.mul(chosen, made.was!)) as tf.Tensor1D)
    },
  }
  const maker = learn({
    name: "maker",
    learns: ["maker"],
    optimiser: makeSgd({ rate: 0.5 }),
    // Moves half way to what the pool gives.
    objective({ batch, players }) {
      const was = imageOf(players.maker)
      const past = tf.gather(pool, batch["pool.place"] as tf.Tensor1D)
      return only("pull", tf.mul(0.5, tf.sum(tf.squaredDifference(was, past))), { was })
    },
  })
  const outcome = await play(
    [stage(() => ({ players: { maker: { ...vector([1]), state: { pool } } }, moves: [maker, drawn] }))],
    12,
  )
  expect(outcome.moves).toMatchObject([{ mode: "replayed" }])

  let was = 1
  const expected = [0, 0, 0]
  for (let step = 0; step < 12; step++) {
    const past = expected[place(step)]!
    expected[place(step)] = was
    was -= 0.5 * (was - past)
  }
  for (const [index, value] of pool.dataSync().entries()) expect(value).toBeCloseTo(expected[index]!, 6)
  expect(valuesOf(outcome.players.maker)[0]).toBeCloseTo(was, 6)
  tf.dispose(pool)
  release(outcome)
})

/** A move with a term that is computed in multiples of 4 only, and then pulls ten times as hard. */
const lazy: Learn = {
  ...towards(0, { optimiser: makeAdam({ rate: 0.05 }) }),
  objective(scene) {
    const content = tf.sum(tf.square(imageOf(scene.players.image))) as tf.Scalar
    if (!scene.every(4)) return only("content", content)
    const pull = tf.mul(10, tf.abs(tf.sum(imageOf(scene.players.image)))) as tf.Scalar
    return { total: tf.add(content, pull), terms: { content, pull } }
  },
}

test("a term that comes in every fourth step comes in those alone, in steps that are replayed as without it", async () => {
  const with4: number[] = []
  const outcome = await train({
    stages: [stageOf(["image"], [lazy])],
    seed: 1,
    steps: 21,
    engine,
    openLoader: inOrder,
    onStep: ({ step, losses }) => {
      if ("image/pull" in losses) with4.push(step)
    },
  })
  expect(with4).toEqual([0, 4, 8, 12, 16, 20])
  expect(outcome.moves).toEqual([
    { stage: "only", moves: ["image", "every 4"], mode: "replayed", reason: "" },
    { stage: "only", moves: ["image"], mode: "replayed", reason: "" },
  ])
  expect(outcome.leaked).toBe(0)
  release(outcome)
})

test("a game with a lazy term goes as on the engine that replays nothing", async () => {
  const losses = async (on: Engine) => {
    const seen: StepReport["losses"][] = []
    const outcome = await train({
      stages: [stageOf(["image"], [lazy])],
      seed: 1,
      steps: 21,
      engine: on,
      openLoader: inOrder,
      onStep: (report) => seen.push(report.losses),
    })
    release(outcome)
    return seen
  }
  const replayed = await losses(engine)
  const js = await openEngine({ device: "js", threads: 1 })
  const run = await losses(js)
  js.dispose()
  engine = await openEngine({ device: "onnx", threads: 1 })
  expect(replayed).toHaveLength(21)
  for (const [step, of] of run.entries()) {
    expect(Object.keys(replayed[step]!)).toEqual(Object.keys(of))
    for (const [name, value] of Object.entries(of)) expect(replayed[step]![name]).toBeCloseTo(value, 5)
  }
})

test("a move that cannot be replayed says why", async () => {
  const kept: tf.Tensor[] = []
  const keeping: Learn = {
    ...criticMove,
    objective(scene) {
      const objective = criticMove.objective(scene)
      kept.push(tf.keep(objective.total.mul(2)))
      return objective
    },
  }
  const outcome = await play([dirac("kept", 2, { critic: keeping, when: { every: 100, from: 99 } })], 6)
  release(outcome)
  tf.dispose(kept)
  expect(outcome.moves).toEqual([
    {
      stage: "kept",
      moves: ["critic"],
      mode: "lazy",
      reason: "Its body leaves 1 tensors behind that it does not report; report or dispose them.",
    },
  ])
})
