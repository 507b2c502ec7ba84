import { type Engine, openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Split } from "../../contracts/dataset.ts"
import { learn, type Stage } from "../../contracts/game.ts"
import { inOrder } from "../../laws/inOrder.ts"
import { makeSgd } from "../../optimisers/sgd.ts"
import { train } from "../../play/trainer.ts"
import { imagePool, poolExchange, poolMove } from "./imagePool.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

/** Numbers the fresh images 0, 1, 2, ... and gives what each step shows and what the pool holds after it. */
function played(size: number, batch: number, steps: number, seed: number) {
  let pool: number[] = Array.from({ length: size }, () => -1)
  return Array.from({ length: steps }, (_, step) => {
    const fresh = Array.from({ length: batch }, (_, i) => step * batch + i)
    const all = [...pool, ...fresh]
    const { shown, kept } = poolExchange(size, batch, stream(seed, "pool", step), step)
    pool = Array.from(kept, (index) => all[index]!)
    return { fresh, shown: Array.from(shown, (index) => all[index]!), pool }
  })
}

const game = fc.record({
  size: fc.integer({ min: 1, max: 60 }),
  batch: fc.integer({ min: 1, max: 40 }),
  steps: fc.integer({ min: 1, max: 30 }),
  seed: fc.nat(),
})

test("a pool of size 0 shows every image as it comes", () => {
  for (const { fresh, shown } of played(0, 5, 10, 1)) expect(shown).toEqual(fresh)
})

test("until it is full it stores and shows what comes", () => {
  fc.assert(
    fc.property(game, ({ size, batch, steps, seed }) => {
      const seen = played(size, batch, steps, seed).flatMap(({ shown }) => shown)
      const first = seen.slice(0, size)
      expect(first).toEqual(first.map((_, i) => i))
    }),
  )
})

test("it never holds more than its size, and no image twice", () => {
  fc.assert(
    fc.property(game, ({ size, batch, steps, seed }) => {
      for (const [step, { pool }] of played(size, batch, steps, seed).entries()) {
        const held = pool.filter((image) => image >= 0)
        expect(held).toHaveLength(Math.min(size, (step + 1) * batch))
        expect(new Set(held).size).toBe(held.length)
      }
    }),
  )
})

test("what it shows came before or comes now, and is shown again only while it was held", () => {
  fc.assert(
    fc.property(game, ({ size, batch, steps, seed }) => {
      const everything = played(size, batch, steps, seed)
      const counts = new Map<number, number>()
      for (const { fresh, shown } of everything) {
        for (const image of shown) {
          expect(image).toBeGreaterThanOrEqual(0)
          expect(image).toBeLessThanOrEqual(fresh.at(-1)!)
          counts.set(image, (counts.get(image) ?? 0) + 1)
        }
      }
      // Once when it was stored in the filling pool, and once when it left.
      for (const [image, count] of counts) expect(count).toBeLessThanOrEqual(image < size ? 2 : 1)
    }),
  )
})

test("a full pool swaps half of the time", () => {
  const later = played(50, 10, 2000, 7).slice(5)
  const old = later.flatMap(({ fresh, shown }) => shown.map((image, i) => image !== fresh[i]))
  const share = old.filter(Boolean).length / old.length
  // 19950 draws: the standard deviation is 0.0035. A swap with an image of the same step is still a swap.
  expect(Math.abs(share - 0.5)).toBeLessThan(0.015)
})

test("the player carries out the exchange that was drawn, in its state", () => {
  const [size, batch] = [3, 4]
  const before = tf.memory().numTensors
  const pool = imagePool(size, batch, [2])
  for (const [step, { shown, pool: held }] of played(size, batch, 6, 5).entries()) {
    tf.tidy(() => {
      const fresh = tf.tensor2d(Array.from({ length: batch }, (_, i) => [step * batch + i, 1]))
      const drawn = poolExchange(size, batch, stream(5, "pool", step), step)
      pool.exchange(fresh, tf.tensor1d(drawn.shown, "int32"), tf.tensor1d(drawn.kept, "int32"))
      const numbers = (images: tf.Tensor) => Array.from(images.dataSync()).filter((_, at) => at % 2 === 0)
      expect(numbers(pool.apply({}, "train").image!)).toEqual(shown)
      expect(numbers(pool.state.images!)).toEqual(held)
    })
  }
  pool.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

/** A game whose only learner makes what the batch holds, the number of each example; a pool takes it. */
function pooled(size: number, batch: number, seed: number): Stage {
  const numbers: Split = {
    size: 1000,
    fields: { number: { shape: [1], dtype: "float32", range: [0, 1000] } },
    read: async (indices) => ({ number: Float32Array.from(indices) }),
  }
  return {
    name: "pooled",
    share: 1,
    batch,
    data: async () => numbers,
    play: () => {
      const value = tf.tidy(() => tf.variable(tf.scalar(1)))
      return {
        players: {
          maker: {
            variables: { value },
            state: {},
            apply: ({ number }) => ({ image: tf.add(number!, tf.mul(0, value)) }),
            dispose: () => value.dispose(),
          },
          pool: imagePool(size, batch, [1]),
        },
        moves: [
          learn({
            name: "maker",
            learns: ["maker"],
            optimiser: makeSgd({ rate: 0.5 }),
            objective({ players, batch: { number } }) {
              const made = players.maker!.apply({ number: number! }, "train").image!
              return { total: tf.mean(made) as tf.Scalar, terms: {}, made: { made } }
            },
          }),
          poolMove("pool", "made", (step) => poolExchange(size, batch, stream(seed, "pool", step), step)),
        ],
      }
    },
  }
}

test("as a move it takes what earlier moves made, at every replayed step", async () => {
  const [size, batch, steps, seed] = [5, 3, 12, 4]
  const before = tf.memory().numTensors
  const found: unknown[] = []
  const { players, moves, leaked } = await train({
    stages: [pooled(size, batch, seed)],
    seed,
    steps,
    engine,
    openLoader: inOrder,
    async onStep({ capture }) {
      const { players: weights } = await capture()
      const { "pool/shown": shown, "pool/images": images } = weights
      found.push({ shown: Array.from(shown!.values), pool: Array.from(images!.values) })
    },
  })
  expect(moves).toEqual([{ stage: "pooled", moves: ["maker", "pool"], mode: "replayed", reason: "" }])
  // A place that was never filled is 0 in the player.
  const expected = played(size, batch, steps, seed).map(({ shown, pool }) => ({
    shown,
    pool: pool.map((image) => Math.max(image, 0)),
  }))
  expect(found).toEqual(expected)
  expect(leaked).toBe(0)
  for (const player of Object.values(players)) player.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test("the numbers that the host draws for it are two lists of places, which the step alone decides", () => {
  const { kind, name, feeds } = poolMove("poolB", "fakeB", (step) =>
    poolExchange(4, 2, stream(1, "B", step), step),
  )
  expect({ kind, name }).toEqual({ kind: "keep", name: "poolB" })
  const { shown, kept } = feeds!(7)
  expect([shown!.shape, kept!.shape]).toEqual([[2], [4]])
  expect([shown!.values, kept!.values].every((values) => values instanceof Int32Array)).toBe(true)
  expect(feeds!(7)).toEqual({ shown, kept })
})
