import { openEngine } from "@saddlepoint/engine"
import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Game, type Learn, learn, nCritic, type Scene } from "../contracts/game.ts"
import type { GivenNetwork } from "../contracts/givenNetwork.ts"
import type { Schedule } from "../contracts/schedule.ts"
import { inOrder } from "../laws/inOrder.ts"
import { objectiveOf, termsOf } from "../losses/compose.ts"
import { l2 } from "../losses/l2.ts"
import { makeSgd } from "../optimisers/sgd.ts"
import type { GivenPlayers } from "./scenes.ts"
import { imageOf, only, stageOf, valuesOf, vector } from "./testing/toys.ts"
import { type StepReport, train } from "./trainer.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js", threads: 1 })
})
afterAll(() => engine.dispose())

/** A move of the player `image` with SGD of rate 1/2. */
const move = (objective: Learn["objective"], name = "image"): Learn =>
  learn({ name, learns: ["image"], optimiser: makeSgd({ rate: 0.5 }), objective })

interface Played {
  readonly steps: number
  readonly rules?: Omit<Game, "players" | "moves">
  readonly given?: GivenPlayers
  readonly seed?: number
}

/** Plays moves of the player `image`, and tells the losses of every step. */
async function play(moves: readonly Learn[], { steps, rules, given, seed = 1 }: Played) {
  const losses: StepReport["losses"][] = []
  const outcome = await train({
    stages: [stageOf(["image"], moves, rules)],
    seed,
    steps,
    engine,
    openLoader: inOrder,
    ...(given === undefined ? {} : { given }),
    onStep: (report) => losses.push(report.losses),
  })
  return { losses, ...outcome }
}

const image = ({ players }: Scene) => tf.sum(imageOf(players.image))

describe("scene.every(n)", () => {
  test("is true in the multiples of n only, from the first step on", async () => {
    const lazily = move((scene) => {
      const total = tf.mul(0, image(scene)) as tf.Scalar
      return { total, terms: scene.every(3) ? { regular: total, lazy: tf.scalar(7) } : { regular: total } }
    })
    const { losses } = await play([lazily], { steps: 8 })
    const lazy = losses.flatMap((of, step) => ("image/lazy" in of ? [step] : []))
    expect(lazy).toEqual([0, 3, 6])
  })

  test("has its own answer for each n that a move asks, also where one answer hangs on another", async () => {
    const seen: string[] = []
    const nested = move((scene) => {
      const [second, third] = [scene.every(2), scene.every(3)]
      const sixth = second && third && scene.every(6)
      const zero = tf.mul(0, image(scene)) as tf.Scalar
      const terms = { second, third, sixth }
      return {
        total: zero,
        terms: Object.fromEntries(Object.entries(terms).flatMap(([name, is]) => (is ? [[name, zero]] : []))),
      }
    })
    const { losses } = await play([nested], { steps: 13 })
    for (const of of losses) {
      const names = Object.keys(of).map((name) => name.replace("image/", ""))
      seen.push(names.filter((name) => name !== "total").join(" "))
    }
    const each = Array.from({ length: 13 }, (_, step) =>
      [step % 2 === 0 && "second", step % 6 === 0 && "sixth", step % 3 === 0 && "third"]
        .filter((name) => name !== false)
        .join(" "),
    )
    expect(seen).toEqual(each)
  })
})

describe("scene.every(n) of a move that is seldom taken", () => {
  const lazily: Learn["objective"] = (scene) => {
    const zero = tf.mul(0, image(scene)) as tf.Scalar
    return { total: zero, terms: scene.every(2) ? { lazy: zero } : { regular: zero } }
  }

  test("counts the steps in which that move is taken: beside nCritic(2), every second move of the generator", async () => {
    const moves = [move(lazily, "critic"), { ...move(lazily, "maker"), when: nCritic(2) }]
    const { losses } = await play(moves, { steps: 9 })
    const lazyOf = (name: string) => losses.flatMap((of, step) => (`${name}/lazy` in of ? [step] : []))
    expect(lazyOf("critic")).toEqual([0, 2, 4, 6, 8])
    expect(lazyOf("maker")).toEqual([1, 5])
  })
})

describe("scene.schedule", () => {
  const scheduled = (name: string, schedule?: Schedule) =>
    move((scene) =>
      only("value", tf.mul(scene.schedule(name, schedule), tf.addN([tf.mul(0, image(scene)), tf.scalar(1)]))),
    )

  test("gives the present value of a schedule of the game, which sees step and progress", async () => {
    const rules = { schedules: { growth: (step: number, progress: number) => step + progress } }
    const { losses } = await play([scheduled("growth")], { steps: 4, rules })
    expect(losses.map((of) => of["image/value"])).toEqual([0, 1.25, 2.5, 3.75])
  })

  test("gives that of a schedule that comes with the name, as losses bring theirs", async () => {
    const { losses } = await play([scheduled("mine", (step) => 2 ** step)], { steps: 3 })
    expect(losses.map((of) => of["image/value"])).toEqual([1, 2, 4])
  })

  test("takes a schedule that is written anew at every step, but no second one of other values", async () => {
    const anew = (factor: number, name: string) =>
      move(({ schedule, players }) => {
        const value = schedule("mine", (step) => factor * step)
        return only("value", tf.add(value, tf.mul(0, tf.sum(imageOf(players.image)))))
      }, name)
    const { losses } = await play([anew(2, "a"), anew(2, "b")], { steps: 3 })
    expect(losses.map((of) => of["b/value"])).toEqual([0, 2, 4])
    await expect(play([anew(2, "a"), anew(3, "b")], { steps: 3 })).rejects.toThrow(
      'Expected one schedule under the name "mine" but got a second one with other values; give one of them another name.',
    )
  })

  test("of a name that nobody knows is one sentence, with the names that there are", async () => {
    const rules = { schedules: { growth: () => 1 } }
    await expect(play([scheduled("groth")], { steps: 1, rules })).rejects.toThrow(
      'Expected a schedule of the game but got "groth"; add it to the game\'s schedules (there are: growth).',
    )
    await expect(play([scheduled("groth")], { steps: 1 })).rejects.toThrow("(there are: none).")
  })

  test("carries a loss's schedule into its weight, and leaves its reported term as it is", async () => {
    const { role, laws, ...l2Loss } = l2.plugin.build({ weight: 3 })
    const loss = { role, laws, ...l2Loss, schedule: (step: number) => (step === 0 ? 1 : 0.5) } as never
    const learning = move((scene) => {
      const reconstruction = {
        output: imageOf(scene.players.image).reshape([1, 1, 1, 1]),
        target: tf.zeros([1, 1, 1, 1]),
      }
      return objectiveOf(termsOf([loss], { reconstruction }, scene, { side: "learner" }))
    })
    const { losses } = await play([learning], { steps: 2 })
    // x^2 weighs 3, then 1.5. The move with rate 1/2 takes x from 1 to 1 - 3 = -2.
    expect(losses.map((of) => [of["image/l2"], of["image/total"]])).toEqual([
      [1, 3],
      [4, 6],
    ])
  })
})

describe("scene.draw", () => {
  const drawn = (name: string, move_: string) =>
    move((scene) => {
      const noise = scene.draw(name, [1], { kind: "normal" })
      return only("noise", tf.add(tf.sum(noise), tf.mul(0, image(scene))))
    }, move_)

  test("gives the same tensor for the same name in all moves of a step, and another in the next step", async () => {
    const { losses } = await play([drawn("z", "a"), drawn("z", "b"), drawn("other", "c")], { steps: 3 })
    for (const of of losses) {
      expect(of["a/noise"]).toBe(of["b/noise"])
      expect(of["a/noise"]).not.toBe(of["c/noise"])
    }
    expect(new Set(losses.map((of) => of["a/noise"])).size).toBe(3)
  })

  test("is a pure function of the trial's seed, and no two seeds agree", async () => {
    const of = async (seed: number) => (await play([drawn("z", "a")], { steps: 2, seed })).losses
    expect(await of(1)).toEqual(await of(1))
    expect(await of(1)).not.toEqual(await of(2))
  })
})

describe("scene.given", () => {
  const network: GivenNetwork = {
    task: "doubling",
    missing: async () => [],
    open: async () => {
      throw new Error("opened by whoever opens the trial")
    },
  }
  const doubling = {
    ...vector([2]),
    apply: ({ image: seen }: { image?: tf.Tensor }) => ({ image: tf.mul(2, seen!) }),
  }
  const asking = move((scene) => {
    const seen = scene.given(network).apply({ image: imageOf(scene.players.image) }, "evaluate").image!
    return only("doubled", tf.sum(seen))
  })

  test("gives a network that a loss needs, and the gradient flows through it", async () => {
    const { losses, players } = await play([asking], { steps: 2, given: new Map([[network, doubling]]) })
    // 2x falls by its slope 2 times the rate 1/2: x is 1, then 0.
    expect(losses.map((of) => of["image/doubled"])).toEqual([2, 0])
    expect(valuesOf(players.image)).toEqual([-1])
  })

  test("of a network that nobody opened is one sentence that names it", async () => {
    await expect(play([asking], { steps: 1 })).rejects.toThrow(
      'Expected the network "doubling" to be opened before training, but it is not; open the given networks of the method.',
    )
  })
})
