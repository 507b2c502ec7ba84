import type { Engine } from "@saddlepoint/engine/engine"
import { openEngine } from "@saddlepoint/engine/open"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { learn } from "../../contracts/game.ts"
import type { Optimiser } from "../../contracts/optimiser.ts"
import type { Player } from "../../contracts/player.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import { makeSgd } from "../../optimisers/sgd.ts"
import { Round } from "../../play/round.ts"
import { slower } from "./slower.ts"
import { firstGradients, presentRates, watched } from "./watched.ts"
import { withOptimisers } from "./withOptimisers.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx" })
})
afterAll(() => engine.dispose())

/** Two variables; the objective is `a^2 + b^3`, so that gradients are `2 a` and `3 b^2`. */
function game(optimiser: Optimiser) {
  const [a, b] = tf.tidy(() => [tf.variable(tf.tensor1d([1, -3])), tf.variable(tf.scalar(2))] as const)
  const point: Player = {
    variables: { a, b },
    state: {},
    apply: () => ({}),
    dispose: () => tf.dispose([a, b]),
  }
  const move = learn({
    name: "move",
    learns: ["point"],
    optimiser,
    objective: () => ({
      total: tf.add(tf.sum(tf.square(a)), tf.mul(b, tf.mul(b, b))) as tf.Scalar,
      terms: {},
    }),
  })
  return { players: { point }, moves: [move] }
}

async function played(optimiser: Optimiser, steps: number) {
  const playing = game(optimiser)
  const round = new Round({ engine, stage: "s", game: playing, seed: 1, steps: 8 })
  for (let step = 0; step < steps; step++) await round.play({}, step)
  const state = await round.optimiserState()
  const { variables } = playing.players.point
  const values = Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [name, Array.from(variable.dataSync())]),
  )
  round.dispose()
  playing.players.point.dispose()
  return { state, values }
}

test("the first gradient is remembered, and the rate is the present one, without a change to what is learnt", async () => {
  const schedule = (step: number) => 1 / (step + 1)
  const [watching, without] = [makeAdam({ rate: 0.1, schedule }), makeAdam({ rate: 0.1, schedule })]
  const [seen, plain] = [await played(watched(watching), 5), await played(without, 5)]
  expect(seen.values).toEqual(plain.values)
  const first = firstGradients(seen.state)
  expect(Array.from(first["point/a"]!)).toEqual([2, -6])
  expect(Array.from(first["point/b"]!)).toEqual([12])
  expect(presentRates(seen.state).move).toBeCloseTo(0.1 / 5, 6)
})

test("a slow variable takes its share of the rate, also of the weight decay, and the others all of it", async () => {
  const options = { rate: 0.01, momentum: 0.9, nesterov: true, weightDecay: 0.1 }
  const mixed = await played(
    slower(makeSgd(options), 0.1, (name) => name === "point/a"),
    6,
  )
  const fast = await played(makeSgd(options), 6)
  const slow = await played(makeSgd({ ...options, rate: 0.001 }), 6)
  expect(mixed.values.b).toEqual(fast.values.b)
  for (const [at, value] of slow.values.a!.entries()) expect(mixed.values.a![at]).toBeCloseTo(value, 6)
})

test("optimisers are exchanged by the names of moves, and none may be missing", () => {
  const [own, other] = [makeSgd(), makeAdam({ rate: 3 })]
  const playing = game(own)
  const changed = withOptimisers(playing, { move: other })
  expect(changed.moves).toMatchObject([
    { name: "move", groups: [{ learns: ["point"], optimiser: { name: "adam", rate: 3 } }] },
  ])
  expect(() => withOptimisers(playing, { another: other })).toThrow(
    "Expected an optimiser for the move move, but there are those of another.",
  )
  playing.players.point.dispose()
})
