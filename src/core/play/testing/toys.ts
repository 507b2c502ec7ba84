import * as tf from "@saddlepoint/engine/tf"
import type { Split } from "../../contracts/dataset.ts"
import { type Game, type Learn, learn, type Move, type Objective, type Stage } from "../../contracts/game.ts"
import type { AnyOptimiser } from "../../contracts/optimiser.ts"
import type { Player } from "../../contracts/player.ts"
import type { Schedule } from "../../contracts/schedule.ts"
import { makeSgd } from "../../optimisers/sgd.ts"

/** Four examples of one number: x is 1, 2, 3 or 4. */
export const numbers: Split = {
  size: 4,
  fields: { x: { shape: [1], dtype: "float32", range: [-10, 10] } },
  read: async (indices) => ({ x: Float32Array.from(indices, (index) => index + 1) }),
}

/** A player that is one vector without a network: the pixels of an image, or the parameter of a toy. It gives `image`. */
export function vector(initial: readonly number[]): Player {
  const value = tf.tidy(() => tf.variable(tf.tensor1d([...initial])))
  return {
    variables: { value },
    state: {},
    apply: () => ({ image: value }),
    dispose: () => value.dispose(),
  }
}

/** A vector that remembers as well: `memory` is state, a moving average that every application in training feeds. */
export function remembering(initial: readonly number[]): Player {
  const plain = vector(initial)
  const value = plain.variables.value!
  const memory = tf.tidy(() => tf.variable(tf.zerosLike(value), false))
  return {
    ...plain,
    state: { memory },
    apply(_inputs, mode) {
      if (mode === "train") memory.assign(tf.add(tf.mul(memory, 0.9), tf.mul(value, 0.1)))
      return { image: tf.add(value, tf.mul(memory, 0.01)) }
    },
    dispose() {
      plain.dispose()
      memory.dispose()
    },
  }
}

/** What a player gives while a move learns. */
export const imageOf = (player: Player | undefined): tf.Tensor => player!.apply({}, "train").image!

/** The values of a vector on the host. */
export const valuesOf = (player: Player | undefined): number[] => [...player!.variables.value!.dataSync()]

/** A stage of one game, over the numbers, two of them a step. */
export const stage = (play: Stage["play"], others: Partial<Stage> = {}): Stage => ({
  name: "only",
  share: 1,
  batch: 2,
  data: async () => numbers,
  play,
  ...others,
})

/** A stage whose players are vectors of one number, 1 at first. */
export const stageOf = (
  names: readonly string[],
  moves: readonly Move[],
  rules: Omit<Game, "players" | "moves"> = {},
  others: Partial<Stage> = {},
): Stage =>
  stage(
    () => ({ players: Object.fromEntries(names.map((name) => [name, vector([1])])), moves, ...rules }),
    others,
  )

/** An objective of one term, which is its name. */
export const only = (name: string, total: tf.Tensor, made?: Objective["made"]): Objective => ({
  total: total as tf.Scalar,
  terms: { [name]: total as tf.Scalar },
  ...(made === undefined ? {} : { made }),
})

export interface Towards {
  /** The player that learns, which is also the name of the move; `image` where left out. */
  readonly player?: string
  /** SGD of rate 1/4 where left out: what lacks of the target halves at every step. */
  readonly optimiser?: AnyOptimiser
  readonly rate?: Schedule
}

/** A move that takes a vector towards a number: it lowers the mean squared difference, its term `content`. */
export function towards(
  target: number,
  { player = "image", optimiser = makeSgd({ rate: 0.25 }), rate }: Towards = {},
): Learn {
  return learn({
    name: player,
    learns: [player],
    optimiser,
    ...(rate === undefined ? {} : { rate }),
    objective: ({ players }) => only("content", tf.mean(tf.square(tf.sub(imageOf(players[player]), target)))),
  })
}
