import { openEngine } from "@saddlepoint/engine"
import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Keep, type Learn, learn, type Stage } from "../contracts/game.ts"
import { inOrder } from "../laws/inOrder.ts"
import { makeAdam } from "../optimisers/adam.ts"
import { chain } from "../optimisers/chain.ts"
import { clippedByGlobalNorm } from "../optimisers/clipByGlobalNorm.ts"
import { makeSgd } from "../optimisers/sgd.ts"
import { imageOf, only, stage, stageOf, towards, valuesOf, vector } from "./testing/toys.ts"
import { train } from "./trainer.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js", threads: 1 })
})
afterAll(() => engine.dispose())

const play = (stages: readonly Stage[], steps: number) =>
  train({ stages, seed: 1, steps, engine, openLoader: inOrder })

/** The moves of min over x, max over y of xy, each a step of gradient descent with rate 1/2: all values are dyadic, so exact in float32. */
const bilinear: readonly Learn[] = [
  learn({
    name: "x",
    learns: ["x"],
    optimiser: makeSgd({ rate: 0.5 }),
    objective: ({ players: { x, y } }) => only("xy", tf.sum(tf.mul(imageOf(x), imageOf(y)))),
  }),
  learn({
    name: "y",
    learns: ["y"],
    optimiser: makeSgd({ rate: 0.5 }),
    objective: ({ players: { x, y } }) => only("xy", tf.neg(tf.sum(tf.mul(imageOf(x), imageOf(y))))),
  }),
]

describe("in a bilinear game from (1, 1)", () => {
  test("moves that alternate answer the players as earlier moves of the step left them", async () => {
    const { players } = await play([stageOf(["x", "y"], bilinear)], 2)
    // x <- x - y/2, then y <- y + x/2 with the new x: (1, 1) -> (1/2, 5/4) -> (-1/8, 19/16).
    expect([valuesOf(players.x), valuesOf(players.y)]).toEqual([[-1 / 8], [19 / 16]])
  })

  test("simultaneous moves answer the players as the step found them", async () => {
    const { players } = await play([stageOf(["x", "y"], bilinear, { simultaneous: true })], 2)
    // Both from the same point: (1, 1) -> (1/2, 3/2) -> (-1/4, 7/4).
    expect([valuesOf(players.x), valuesOf(players.y)]).toEqual([[-1 / 4], [7 / 4]])
  })

  test("what is kept in a simultaneous step is kept in its place among the moves", async () => {
    // The mean of x after its move, as it is in an alternating game: nobody's gradient sees it.
    const trace = (simultaneous: boolean) => {
      const seen = vector([0])
      const keep: Keep = {
        kind: "keep",
        name: "trace",
        apply: ({ players: { x } }) => {
          seen.variables.value!.assign(imageOf(x).clone() as tf.Tensor1D)
        },
      }
      return {
        seen,
        stage: stage(() => ({
          players: { x: vector([1]), y: vector([1]), seen },
          moves: [...bilinear, keep],
          simultaneous,
        })),
      }
    }
    for (const [simultaneous, x] of [
      [false, -1 / 8],
      [true, -1 / 4],
    ] as const) {
      const { seen, stage: traced } = trace(simultaneous)
      await play([traced], 2)
      expect(valuesOf(seen)).toEqual([x])
    }
  })
})

test("the groups of a move learn from one objective, each with its own optimiser, rate and schedule", async () => {
  const move: Learn = {
    kind: "learn",
    name: "both",
    groups: [
      { learns: ["slow"], optimiser: makeSgd({ rate: 0.125 }) },
      { learns: ["fast"], optimiser: makeSgd({ rate: 0.25 }), rate: (step) => (step === 0 ? 1 : 0.5) },
      {
        learns: ["steady"],
        optimiser: { ...makeSgd({ rate: 0.25 }), schedule: (_step, progress) => 1 - progress },
      },
    ],
    objective: ({ players: { slow, fast, steady } }) => {
      const squares = [slow, fast, steady].map((player) => tf.sum(tf.square(imageOf(player))))
      return only("size", tf.addN(squares))
    },
  }
  const { players } = await play([stageOf(["slow", "fast", "steady"], [move])], 2)
  // Each of x^2 shrinks by 1 - 2 rate: 3/4 twice; 1/2, then 3/4; 1/2, then 3/4 as half of the stage is done.
  expect(valuesOf(players.slow)).toEqual([9 / 16])
  expect(valuesOf(players.fast)).toEqual([3 / 8])
  expect(valuesOf(players.steady)).toEqual([3 / 8])
})

test("players of one group share what the optimiser has: one norm to clip", async () => {
  const clipped = chain([clippedByGlobalNorm(1)], makeSgd({ rate: 1 }))
  const objective: Learn["objective"] = ({ players: { a, b } }) =>
    only("sum", tf.add(tf.mul(3, tf.sum(imageOf(a))), tf.mul(4, tf.sum(imageOf(b)))))
  const together = learn({ name: "both", learns: ["a", "b"], optimiser: clipped, objective })
  const apart: Learn = {
    kind: "learn",
    name: "both",
    groups: ["a", "b"].map((player) => ({ learns: [player], optimiser: clipped })),
    objective,
  }
  const after = async (move: Learn) => {
    const { players } = await play([stageOf(["a", "b"], [move])], 1)
    return [valuesOf(players.a)[0]!, valuesOf(players.b)[0]!]
  }
  // The gradient (3, 4) has the norm 5; alone each has the norm 1 once it is clipped.
  const [a, b] = await after(together)
  expect(a).toBeCloseTo(1 - 3 / 5, 6)
  expect(b).toBeCloseTo(1 - 4 / 5, 6)
  expect(await after(apart)).toEqual([expect.closeTo(0, 6), expect.closeTo(0, 6)])
})

test("what a move made reaches later moves of the step as it was made, and no gradient flows through it", async () => {
  const maker = learn({
    name: "maker",
    learns: ["maker"],
    optimiser: makeSgd({ rate: 0.25 }),
    objective: ({ players }) => {
      const image = imageOf(players.maker)
      return only("size", tf.sum(tf.square(image)), { image })
    },
  })
  const reader = learn({
    name: "reader",
    learns: ["reader", "maker"],
    optimiser: makeSgd({ rate: 0.5 }),
    objective: ({ players, made }) => only("product", tf.sum(tf.mul(imageOf(players.reader), made.image!))),
  })
  const { players } = await play([stageOf(["maker", "reader"], [maker, reader])], 1)
  // The maker halves; the reader moves by -1/2 of what was made before, 1; were it no constant the maker would move by -1/2 more.
  expect(valuesOf(players.maker)).toEqual([0.5])
  expect(valuesOf(players.reader)).toEqual([0.5])
})

test("what is made lasts for a step: the next begins without it", async () => {
  const seen: string[][] = []
  const look = towards(1)
  const looking: Learn = {
    ...look,
    objective(scene) {
      seen.push(Object.keys(scene.made))
      const objective = look.objective(scene)
      return { ...objective, made: { total: objective.total } }
    },
  }
  await play([stageOf(["image"], [looking])], 3)
  expect(seen).toEqual([[], [], []])
})

test("a keep gets what the host draws for it, under its own name, and changes state without a gradient", async () => {
  const average = vector([0])
  const keep: Keep = {
    kind: "keep",
    name: "average",
    feeds: (step) => ({ share: { values: Float32Array.of(2 ** -step), shape: [1] } }),
    apply({ batch, players: { image } }) {
      const value = average.variables.value!
      value.assign(
        tf.add(value, tf.mul(batch["average.share"]!, tf.sub(imageOf(image), value))) as tf.Tensor1D,
      )
    },
  }
  const { players } = await play(
    [stage(() => ({ players: { image: vector([3]), average }, moves: [towards(1), keep] }))],
    3,
  )
  // The image is 2, 1.5, 1.25 after its moves; the average goes to it whole, then by 1/2, then by 1/4.
  expect(valuesOf(players.average)).toEqual([1.75 + (1.25 - 1.75) / 4])
})

test("a host keep is called after the step when it is due, with all moves done", async () => {
  const image = vector([3])
  const seen: [number, number][] = []
  const snapshot = {
    kind: "hostKeep" as const,
    name: "snapshot",
    due: (step: number) => step % 2 === 1,
    apply: async (step: number) => void seen.push([step, valuesOf(image)[0]!]),
  }
  // It stands first, and yet sees what the move did.
  await play([stage(() => ({ players: { image }, moves: [snapshot, towards(1)] }))], 5)
  expect(seen).toEqual([
    [1, 1.5],
    [3, 1.125],
  ])
})

test("Adam counts the moves that were taken, not the steps", async () => {
  const rare: Learn = { ...towards(0, { optimiser: makeAdam({ rate: 0.1 }) }), when: { every: 3, from: 2 } }
  const { players } = await play([stageOf(["image"], [rare])], 6)
  const often = await play([stageOf(["image"], [{ ...rare, when: { every: 1 } }])], 2)
  expect(valuesOf(players.image)).toEqual(valuesOf(often.players.image))
})
