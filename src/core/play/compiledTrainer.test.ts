import { openEngine } from "@saddlepoint/engine"
import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Split } from "../contracts/dataset.ts"
import type { Stage } from "../contracts/game.ts"
import type { Player } from "../contracts/player.ts"
import { makeAdam } from "../optimisers/adam.ts"
import { makeSgd } from "../optimisers/sgd.ts"
import { type LoaderOf, readBatch, withStreams } from "./loader.ts"
import { train } from "./trainer.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

const numbers = {
  size: 4,
  fields: { x: { shape: [1], dtype: "float32", range: [-10, 10] } },
  read: async (indices: readonly number[]) => ({ x: Float32Array.from(indices) }),
} as const

function vector(initial: readonly number[]): Player {
  const value = tf.tidy(() => tf.variable(tf.tensor1d([...initial])))
  return { variables: { value }, state: {}, apply: () => value, dispose: () => value.dispose() }
}

/** Dirac-GAN (Mescheder et al. 2018) in several dimensions; the generator takes its turn in every `every`-th step. */
const dirac = (name: string, size: number, every = 1): Stage => ({
  name,
  share: 1,
  batch: 2,
  data: async () => numbers,
  play: () => {
    const score = (players: Readonly<Record<string, Player>>) =>
      tf.mul(players.critic!.apply([], "train"), players.maker!.apply([], "train"))
    return {
      players: {
        maker: vector(Array.from({ length: size }, () => 1)),
        critic: vector(Array.from({ length: size }, () => 1)),
      },
      turns: [
        {
          name: "critic",
          learns: ["critic"],
          optimiser: makeAdam({ rate: 0.01 }),
          objective(_batch, players) {
            const total = tf.sum(tf.softplus(score(players))) as tf.Scalar
            return { total, terms: { bce: total } }
          },
        },
        {
          name: "maker",
          learns: ["maker"],
          optimiser: makeAdam({ rate: 0.01 }),
          every,
          objective(_batch, players) {
            const total = tf.sum(tf.softplus(tf.neg(score(players)))) as tf.Scalar
            return { total, terms: {} }
          },
        },
      ],
    }
  },
})

const play = (stages: readonly Stage[], steps: number) =>
  train({
    stages,
    seed: 1,
    steps,
    engine,
    openLoader: withStreams(({ split, batch }: LoaderOf<Split>) => ({
      next: () =>
        readBatch(
          split,
          Array.from({ length: batch }, (_, i) => i),
        ),
      close() {},
    })),
  })

test("the trainer's turns are replayed, also those of a step in which not everybody plays", async () => {
  const { turns, players, leaked } = await play([dirac("only", 2, 2)], 16)
  for (const player of Object.values(players)) player.dispose()
  expect(turns).toEqual([
    { stage: "only", turns: ["critic", "maker"], mode: "replayed", reason: "" },
    { stage: "only", turns: ["critic"], mode: "replayed", reason: "" },
  ])
  expect(leaked).toBe(0)
})

test("the sessions of a stage end with it", async () => {
  const before = engine.memory().sessions
  const { turns, players } = await play([dirac("small", 3), dirac("large", 5)], 12)
  for (const player of Object.values(players)) player.dispose()
  expect(turns.map(({ stage, mode }) => `${stage} ${mode}`)).toEqual(["small replayed", "large replayed"])
  expect(engine.memory().sessions).toBe(before)
})

test("a pool of past values is read and filled where the host draws, at every replayed step", async () => {
  const pool = tf.tidy(() => tf.variable(tf.zeros([3]), false))
  const place = (step: number) => (step * step + 1) % 3
  const pooled: Stage = {
    ...dirac("pooled", 1),
    play: () => ({
      players: { maker: { ...vector([1]), state: { pool } } },
      drawn: (step) => ({ place: { values: Int32Array.of(place(step)), shape: [1] } }),
      turns: [
        {
          name: "maker",
          learns: ["maker"],
          optimiser: makeSgd({ rate: 0.5 }),
          // Moves half way to what the pool gives; what the maker was is put into the pool.
          objective(batch, { maker }) {
            const value = maker!.apply([], "train") as tf.Tensor1D
            const past = tf.gather(pool, batch.place as tf.Tensor1D)
            const chosen = tf.cast(tf.oneHot(batch.place as tf.Tensor1D, 3), "float32").reshape([3])
            pool.assign(tf.add(tf.mul(pool, tf.sub(1, chosen)), tf.mul(chosen, value)) as tf.Tensor1D)
            const total = tf.mul(0.5, tf.sum(tf.squaredDifference(value, past))) as tf.Scalar
            return { total, terms: {} }
          },
        },
      ],
    }),
  }
  const { turns, players } = await play([pooled], 12)
  expect(turns).toMatchObject([{ mode: "replayed" }])

  let maker = 1
  const expected = [0, 0, 0]
  for (let step = 0; step < 12; step++) {
    const past = expected[place(step)]!
    expected[place(step)] = maker
    maker -= 0.5 * (maker - past)
  }
  for (const [index, value] of pool.dataSync().entries()) expect(value).toBeCloseTo(expected[index]!, 6)
  expect((players.maker!.apply([], "train") as tf.Tensor).dataSync()[0]).toBeCloseTo(maker, 6)
  tf.dispose(pool)
  for (const player of Object.values(players)) player.dispose()
})

test("a turn that cannot be replayed says why", async () => {
  const stage = dirac("kept", 2)
  const kept: tf.Tensor[] = []
  const keeping: Stage = {
    ...stage,
    play(world) {
      const { players, turns } = stage.play(world)
      const [critic] = turns
      return {
        players,
        turns: [
          {
            ...critic!,
            objective(batch, all) {
              const objective = critic!.objective(batch, all)
              kept.push(tf.keep(objective.total.mul(2)))
              return objective
            },
          },
        ],
      }
    },
  }
  const { turns, players } = await play([keeping], 6)
  for (const player of Object.values(players)) player.dispose()
  tf.dispose(kept)
  expect(turns).toEqual([
    {
      stage: "kept",
      turns: ["critic"],
      mode: "lazy",
      reason: "Its body leaves 1 tensors behind that it does not report; report or dispose them.",
    },
  ])
})
