import * as tf from "@saddlepoint/engine/tf"
import { type HostKeep, type Keep, type Learn, learn, nCritic, type Stage } from "../../contracts/game.ts"
import type { GivenNetwork } from "../../contracts/givenNetwork.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import { makeLbfgs } from "../../optimisers/lbfgs.ts"
import { makeSgd } from "../../optimisers/sgd.ts"
import { linearDecay } from "../../schedules/linearDecay.ts"
import type { GivenPlayers } from "../scenes.ts"
import { imageOf, numbers, only, remembering, stage, valuesOf, vector } from "./toys.ts"

const network: GivenNetwork = {
  task: "halving",
  missing: async () => [],
  open: async () => {
    throw new Error("the test gives it")
  },
}

/** The given network of these stages, which halves what it sees. */
export const halving: GivenPlayers = new Map([
  [network, { ...vector([]), apply: ({ image }) => ({ image: tf.mul(0.5, image!) }) }],
])

/** A critic in every step, in two groups of unlike optimisers; it draws, and has a term in every third step only. */
const critic: Learn = {
  kind: "learn",
  name: "critic",
  groups: [
    { learns: ["critic"], optimiser: makeAdam({ rate: 0.05 }), rate: linearDecay(0.5) },
    { learns: ["adviser"], optimiser: makeSgd({ rate: 0.02, momentum: 0.5 }) },
  ],
  objective(scene) {
    const { batch, players, draw, schedule, every } = scene
    const noise = draw("noise", [2, 3], { kind: "normal" })
    const score = tf.mul(tf.add(imageOf(players.critic), imageOf(players.adviser)), imageOf(players.maker))
    const seen = tf.add(tf.mul(score, batch.x!), tf.mul(schedule("noise"), noise))
    const bce = tf.mean(tf.softplus(seen)) as tf.Scalar
    if (!every(3)) return { total: bce, terms: { bce }, made: { seen } }
    const lazy = tf.mean(tf.square(imageOf(players.critic))) as tf.Scalar
    return { total: tf.add(bce, lazy), terms: { bce, lazy }, made: { seen } }
  },
}

/** Works on the host, between two compiled segments. */
const picture = learn({
  name: "picture",
  learns: ["picture"],
  optimiser: makeLbfgs({ rate: 0.5, maxIterations: 2, history: 2 }),
  objective: ({ players, made }) =>
    only("gap", tf.mean(tf.square(tf.square(tf.sub(imageOf(players.picture), tf.mean(made.seen!, 0)))))),
})

/** Moves after every second move of the critic, and sees with a given network. */
const maker = learn({
  name: "maker",
  learns: ["maker"],
  optimiser: makeAdam({ rate: 0.05 }),
  when: nCritic(2),
  objective({ batch, players, made, given }) {
    const score = tf.mul(imageOf(players.critic), imageOf(players.maker))
    const half = given(network).apply({ image: made.seen! }, "evaluate").image!
    return only("bce", tf.mean(tf.softplus(tf.neg(tf.add(tf.mul(score, batch.x!), half)))))
  },
})

/** Moves only where the noise says so. */
const moody = learn({
  name: "moody",
  learns: ["moody"],
  optimiser: makeAdam({ rate: 0.1 }),
  objective: ({ players }) => only("size", tf.sum(tf.square(imageOf(players.moody)))),
  gate: ({ draw }) => tf.greater(tf.sum(draw("mood", [1], { kind: "uniform" })), 0.5),
})

/** A moving average of the maker, with shares that the host draws. */
const average: Keep = {
  kind: "keep",
  name: "average",
  when: { every: 2, from: 1 },
  feeds: (step) => ({ share: { values: Float32Array.of(1 / (step + 2)), shape: [1] } }),
  apply({ batch, players }) {
    const value = players.average!.variables.value!
    value.assign(
      tf.add(value, tf.mul(batch["average.share"]!, tf.sub(imageOf(players.maker), value))) as tf.Tensor1D,
    )
  },
}

/**
 * Two stages with every kind of move: a game that counts its maker's moves, then a simultaneous one whose data come from what was
 * learned. Everything that a trial must carry on over an interruption is in them.
 */
export function everyKindOfMove(): readonly Stage[] {
  const game = stage(
    () => {
      const [maker_, photograph] = [remembering([1, 2, 3]), vector([0, 0, 0])]
      const snapshot: HostKeep = {
        kind: "hostKeep",
        name: "snapshot",
        due: (step) => step % 4 === 3,
        apply: async () => {
          const values = await maker_.variables.value!.data()
          tf.tidy(() => photograph.variables.value!.assign(tf.tensor1d([...values])))
        },
      }
      return {
        players: {
          maker: maker_,
          critic: remembering([1, -1, 1]),
          adviser: vector([0.5, 0, -0.5]),
          picture: vector([1, 1, 1]),
          moody: vector([2]),
          average: vector([0, 0, 0]),
          photograph,
        },
        moves: [critic, picture, maker, moody, average, snapshot],
        schedules: { noise: (step) => 1 / (step + 1) },
      }
    },
    { name: "game", share: 2, data: async () => triples, counts: { move: "maker", every: 2 } },
  )
  const derived = stage(
    ({ carried }) => ({
      players: { maker: carried.maker!, copy: remembering(valuesOf(carried.maker)) },
      moves: [
        learn({
          name: "maker",
          learns: ["maker", "copy"],
          optimiser: makeSgd({ rate: 0.1 }),
          objective({ batch, players }) {
            const gap = tf.sub(tf.mul(imageOf(players.maker), imageOf(players.copy)), batch.x!)
            return only("gap", tf.mean(tf.square(gap)))
          },
        }),
        learn({
          name: "copy",
          learns: ["copy"],
          optimiser: makeAdam({ rate: 0.01 }),
          objective: ({ players }) => only("size", tf.sum(tf.square(imageOf(players.copy)))),
        }),
      ],
      simultaneous: true,
    }),
    {
      name: "derived",
      // From the maker as the game left it: going on in the middle of this stage must find the same data.
      async data({ maker: made }) {
        const values = await made!.variables.value!.data()
        return {
          ...triples,
          read: async (indices) => ({ x: Float32Array.from(indices.flatMap(() => [...values])) }),
        }
      },
    },
  )
  return [game, derived]
}

/** Four examples of three numbers. */
const triples = {
  ...numbers,
  fields: { x: { shape: [3], dtype: "float32", range: [-10, 10] } },
  read: async (indices: readonly number[]) => ({
    x: Float32Array.from(indices.flatMap((index) => [index, 1, -index])),
  }),
} as const
