import { openEngine } from "@saddlepoint/engine"
import type { Engine, EngineName } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Split } from "../contracts/dataset.ts"
import type { Stage } from "../contracts/game.ts"
import type { Player } from "../contracts/player.ts"
import { linearDecay } from "../contracts/schedule.ts"
import { exactResume } from "../laws/exactResume.ts"
import { inOrder } from "../laws/inOrder.ts"
import { makeAdam } from "../optimisers/adam.ts"
import { makeSgd } from "../optimisers/sgd.ts"

const numbers: Split = {
  size: 4,
  fields: { x: { shape: [3], dtype: "float32", range: [-10, 10] } },
  read: async (indices) => ({ x: Float32Array.from(indices.flatMap((index) => [index, 1, -index])) }),
}

/** A vector that learns, beside one that only remembers: a moving average, as batch norm keeps it. */
function player(initial: readonly number[]): Player {
  const [value, memory] = tf.tidy(() => [
    tf.variable(tf.tensor1d([...initial])),
    tf.variable(tf.zerosLike(tf.tensor1d([...initial])), false),
  ])
  return {
    variables: { value: value! },
    state: { memory: memory! },
    apply(_inputs, mode) {
      if (mode === "train") memory!.assign(tf.add(tf.mul(memory!, 0.9), tf.mul(value!, 0.1)))
      return tf.add(value!, tf.mul(memory!, 0.01))
    },
    dispose: () => tf.dispose([value!, memory!]),
  }
}

/** Two stages: a duel with a critic that moves every other step, then a stage whose data come from what was learned. */
function stages(): readonly Stage[] {
  const duel: Stage = {
    name: "duel",
    share: 2,
    batch: 2,
    data: async () => numbers,
    play: () => ({
      players: { maker: player([1, 2, 3]), critic: player([1, -1, 1]) },
      drawn: (step) => ({ push: { values: Float32Array.of(Math.sin(step)), shape: [1] } }),
      turns: [
        {
          name: "critic",
          learns: ["critic"],
          optimiser: makeAdam({ rate: 0.05 }),
          rate: linearDecay(0.5),
          every: 2,
          objective(batch, { maker, critic }) {
            const score = tf.mul(critic!.apply([], "train"), maker!.apply([], "train"))
            const total = tf.mean(tf.softplus(tf.add(tf.mul(score, batch.x!), batch.push!))) as tf.Scalar
            return { total, terms: { bce: total } }
          },
        },
        {
          name: "maker",
          learns: ["maker"],
          optimiser: makeAdam({ rate: 0.05 }),
          objective(batch, { maker, critic }) {
            const score = tf.mul(critic!.apply([], "train"), maker!.apply([], "train"))
            const total = tf.mean(tf.softplus(tf.neg(tf.mul(score, batch.x!)))) as tf.Scalar
            return { total, terms: { bce: total } }
          },
        },
      ],
    }),
  }
  const derived: Stage = {
    name: "derived",
    share: 1,
    batch: 2,
    // From the maker as the duel left it: going on in the middle of this stage must find the same data.
    async data({ maker }) {
      const values = await maker!.variables.value!.data()
      return {
        ...numbers,
        read: async (indices) => ({ x: Float32Array.from(indices.flatMap(() => [...values])) }),
      }
    },
    play: ({ carried }) => ({
      players: { maker: carried.maker!, copy: player([...carried.maker!.variables.value!.dataSync()]) },
      turns: [
        {
          name: "maker",
          learns: ["maker", "copy"],
          optimiser: makeSgd({ rate: 0.1 }),
          objective(batch, { maker, copy }) {
            const gap = tf.sub(tf.mul(maker!.apply([], "train"), copy!.apply([], "train")), batch.x!)
            const total = tf.mean(tf.square(gap)) as tf.Scalar
            return { total, terms: {} }
          },
        },
      ],
    }),
  }
  return [duel, derived]
}

describe.each<EngineName>(["js", "onnx"])("on the engine %s", (device) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ device, threads: 1 })
  })
  afterAll(() => engine.dispose())

  test("training that stops after any step and goes on from its checkpoint ends with the same bits", async () => {
    const steps = 21
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: steps }),
        fc.integer({ min: 0, max: 5 }),
        async (stop, seed) => {
          const before = tf.memory().numTensors
          const { undisturbed, resumed } = await exactResume(
            { stages, seed, steps, engine, openLoader: inOrder },
            stop,
          )
          expect(resumed).toEqual(undisturbed)
          expect(tf.memory().numTensors).toBe(before)
        },
      ),
      {
        numRuns: 12,
        examples: [
          [1, 1],
          [14, 1],
          [15, 1],
          [21, 1],
        ],
      },
    )
  })
})
