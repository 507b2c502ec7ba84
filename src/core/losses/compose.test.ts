import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Game, Scene, Stage } from "../contracts/game.ts"
import { learn } from "../contracts/game.ts"
import type { GivenNetwork } from "../contracts/givenNetwork.ts"
import type { AnyLoss } from "../contracts/loss.ts"
import type { Player } from "../contracts/player.ts"
import { inOrder } from "../laws/inOrder.ts"
import { makeSgd } from "../optimisers/sgd.ts"
import { train } from "../play/trainer.ts"
import { linearSchedule } from "../schedules/linear.ts"
import { adversarial } from "./adversarial.ts"
import { needsOf, objectiveOf, ofRole, type Shown, type Taking, type Term, termsOf } from "./compose.ts"
import { coral } from "./coral.ts"
import { loss } from "./define.ts"
import { gradientPenalty } from "./gradientPenalty.ts"
import { l1 } from "./l1.ts"
import { l2 } from "./l2.ts"
import { builtLosses as built } from "./testing/builtLoss.ts"
import { fakeNetwork } from "./testing/fakeNetwork.ts"
import { fakeScene } from "./testing/fakeScene.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js", threads: 1 })
})
afterAll(() => engine.dispose())

/** Two images of one pixel and the scores of both, so that l1 is (1 + 3) / 2 = 2 and l2 is (1 + 9) / 2 = 5. */
function shown(): Shown {
  const [output, target] = [tf.tensor4d([1, 3], [2, 1, 1, 1]), tf.zeros([2, 1, 1, 1])]
  const [real, fake] = [tf.tensor2d([[0], [4]]), tf.tensor2d([[1], [2]])]
  return {
    reconstruction: { output, target },
    adversarial: { real: { scores: real }, fake: { scores: fake } },
    critic: { real: target, fake: output, score: (x) => tf.mul(x, 3) },
    domains: { source: real, target: fake },
  }
}

/** The terms of losses as plain numbers. */
function told(losses: readonly AnyLoss[], taking: Taking, scene: Scene = fakeScene(), seen = shown()) {
  return tf.tidy(() =>
    termsOf(losses, seen, scene, taking).map(({ name, value, weight }) => ({
      name,
      value: value.dataSync()[0]!,
      weight: typeof weight === "number" ? weight : weight.dataSync()[0]!,
    })),
  )
}

test("terms come in the order of the losses, as means over the batch", () => {
  const losses = built(l2(7), adversarial({ objective: "wasserstein", weight: 3 }), l1())
  expect(told(losses, { side: "learner" })).toEqual([
    { name: "l2", value: 5, weight: 7 },
    { name: "adversarial", value: -1.5, weight: 3 },
    { name: "l1", value: 2, weight: 1 },
  ])
})

test("a loss over the batch is its own value", () => {
  const [one] = told(built(coral()), { side: "learner" })
  // Variances 8 and 1/2 of one feature: (15/2)^2 / 4
  expect(one!.value).toBeCloseTo(14.0625, 4)
})

test("losses say nothing where their role is not shown, nor to a side that they do not have", () => {
  const losses = built(l1(), adversarial("bce"), gradientPenalty(10))
  const { reconstruction } = shown()
  const fixed = { reconstruction: reconstruction! }
  const names = (side: "learner" | "opponent", seen?: Shown) =>
    told(losses, { side }, fakeScene(), seen).map(({ name }) => name)
  expect(names("learner")).toEqual(["l1", "adversarial"])
  expect(names("opponent")).toEqual(["adversarial", "gradientPenalty"])
  expect(names("learner", fixed)).toEqual(["l1"])
  expect(names("opponent", fixed)).toEqual([])
})

test("an opponent learns from the whole of an adversarial loss, whose weight is the learner's alone; other weights are for everybody", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.double({ min: 0.125, max: 8, noNaN: true }),
      (weight, factor) => {
        const losses = built(adversarial({ weight }), gradientPenalty(weight))
        const weights = (side: "learner" | "opponent") =>
          told(losses, { side, factor }).map((term) => term.weight)
        expect(weights("opponent")).toEqual([factor, factor * weight])
        expect(weights("learner")).toEqual([factor * weight])
      },
    ),
    { numRuns: 20 },
  )
})

test("a weight's schedule is asked for at the scene, by a name of its own, and multiplies what weight and factor say", () => {
  const schedule = linearSchedule({ initial: 1, end: 0 })
  const losses = built(l1({ weight: 10, schedule }), l2(3), l1({ weight: 20, schedule }))
  const scene = fakeScene({ step: 30, progress: 0.75 })
  const weights = told(losses, { side: "learner", factor: 0.5 }, scene).map(({ weight }) => weight)
  expect(weights).toEqual([10 * 0.5 * 0.25, 3 * 0.5, 20 * 0.5 * 0.25])
  expect([...scene.scheduled]).toEqual([
    ["weight/l1.0", losses[0]!.schedule],
    ["weight/l1.2", losses[2]!.schedule],
  ])
})

test("the schedule of an adversarial loss is the learner's, too", () => {
  const losses = built(adversarial({ weight: 2, schedule: linearSchedule({ initial: 0.5, end: 0.5 }) }))
  expect(told(losses, { side: "learner" })[0]!.weight).toBe(1)
  expect(told(losses, { side: "opponent" })[0]!.weight).toBe(1)
  const scene = fakeScene()
  told(losses, { side: "opponent" }, scene)
  expect([...scene.scheduled]).toEqual([])
})

test("a lazy loss is computed only in multiples of its number, and then counts so many times", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(60), (every, step) => {
      const losses = built(adversarial("bce"), gradientPenalty({ weight: 10, every }))
      const scene = fakeScene({ step })
      const terms = told(losses, { side: "opponent" }, scene)
      expect(terms.map(({ name, weight }) => [name, weight])).toEqual([
        ["adversarial", 1],
        ...(step % every === 0 ? [["gradientPenalty", 10 * every]] : []),
      ])
      expect(scene.drawn).toEqual(step % every === 0 ? ["gradientPenalty/share"] : [])
    }),
    { numRuns: 40 },
  )
})

test("laziness counts for an opponent too, which learns from the whole of an adversarial loss", () => {
  const lazy = loss("adversarial", {
    name: "lazy",
    version: 1,
    opponent: ({ real }) => tf.mean(real.scores!, -1),
    learner: ({ fake }) => tf.mean(fake.scores!, -1),
    laws: { values: [] },
  })
  const losses = built(lazy({ weight: 0.5, every: 4 }))
  expect(told(losses, { side: "opponent" })[0]!.weight).toBe(4)
  expect(told(losses, { side: "learner" })[0]!.weight).toBe(2)
})

test("losses of one name are told apart by their places, so that a name means the same loss in steps in which others are left out", () => {
  const losses = built(l2(), l1({ weight: 1, every: 2 }), l1(2), l1(3), gradientPenalty())
  const names = (step: number) =>
    told(losses, { side: "learner" }, fakeScene({ step })).map(({ name, weight }) => [name, weight])
  const always = [
    ["l1.2", 2],
    ["l1.3", 3],
  ]
  expect(names(0)).toEqual([["l2", 1], ["l1", 2], ...always])
  expect(names(1)).toEqual([["l2", 1], ...always])
})

test("a factor may be another for each loss", () => {
  const factor = ({ name }: AnyLoss) => (name === "l1" ? 0.5 : 3)
  const losses = built(l1(10), l2(10), adversarial({ weight: 10 }))
  expect(told(losses, { side: "learner", factor }).map(({ weight }) => weight)).toEqual([5, 30, 30])
  expect(told(losses, { side: "opponent", factor }).map(({ weight }) => weight)).toEqual([3])
})

test("names of terms are the losses' or the method's", () => {
  const losses = built(l1(), l2())
  const name = ({ name: own, role }: AnyLoss) => `${role}/${own}`
  expect(told(losses, { side: "learner", name }).map((term) => term.name)).toEqual([
    "reconstruction/l1",
    "reconstruction/l2",
  ])
})

const term = (name: string, value: number, weight: number): Term => ({
  name,
  value: tf.scalar(value),
  weight,
})

/** An objective as plain numbers. */
const summed = (...terms: readonly (readonly [string, number, number])[]) =>
  tf.tidy(() => {
    const objective = objectiveOf(terms.map((one) => term(...one)))
    const named = Object.entries(objective.terms).map(
      ([name, value]) => [name, value.dataSync()[0]!] as const,
    )
    return { total: objective.total.dataSync()[0]!, terms: Object.fromEntries(named) }
  })

test("an objective is the weighted sum of its terms, which it reports unweighted", () => {
  expect(summed(["l1", 2, 100], ["adversarial", 3, 0.5])).toEqual({
    total: 201.5,
    terms: { l1: 2, adversarial: 3 },
  })
})

test("terms of one name are told apart by their places", () => {
  expect(summed(["l1", 1, 1], ["l2", 2, 1], ["l1", 3, 1], ["l1", 4, 1]).terms).toEqual({
    l1: 1,
    l2: 2,
    "l1.2": 3,
    "l1.3": 4,
  })
})

test("a term of weight 0 is reported but not learnt from, whatever it has become", () => {
  expect(summed(["l1", 2, 10], ["odd", Number.NaN, 0])).toEqual({
    total: 20,
    terms: { l1: 2, odd: Number.NaN },
  })
  // Where nothing counts the sum is 0, and a gradient can still be taken.
  expect(summed(["l1", 2, 0], ["l2", 3, 0]).total).toBe(0)
})

test("a move of which no loss is computed in some step is refused in one sentence", async () => {
  await expect(played(built(l1({ every: 2 })), "l1")).rejects.toThrow(
    "Expected at least one loss that is computed in this step but got none; leave `every` out of one of the move's losses.",
  )
})

test("what an objective made goes on with it", () => {
  const image = tf.scalar(1)
  expect(objectiveOf([term("l1", 1, 1)], { image }).made).toEqual({ image })
  expect("made" in objectiveOf([term("l1", 1, 1)])).toBe(false)
})

/** Sees an image by the networks that it was given. */
const seeing = loss("reconstruction", {
  name: "seeing",
  version: 1,
  needs: { near: fakeNetwork({ factor: 3 }), far: fakeNetwork({ factor: 3 }) },
  learner({ output }, _options, { given }) {
    const [near, far] = [given.near!, given.far!].map(
      (network) => network.apply({ image: output }, "evaluate").features!,
    )
    return tf.mean(tf.sub(near!, far!), [1, 2, 3])
  },
  laws: { atTarget: 0, smoothAtTarget: true },
})

test("a loss gets the opened networks by the names under which it asked for them", async () => {
  const losses = built(seeing({ near: fakeNetwork({ factor: 5 }) }))
  const { near, far } = losses[0]!.needs!
  const networks = new Map<GivenNetwork, Player>()
  for (const network of [near!, far!]) networks.set(network, (await network.open(engine)).player)
  // Outputs 1 and 3: (5 - 3) times their mean.
  expect(told(losses, { side: "learner" }, fakeScene({ networks }))[0]!.value).toBe(4)
})

test("what losses need is listed once each, and losses are told apart by role", () => {
  const [one, other] = built(seeing(), seeing())
  const shared = { ...other!, needs: { near: one!.needs!.near!, far: one!.needs!.far! } } as AnyLoss
  expect(needsOf([one!, shared, ...built(l1())])).toEqual([one!.needs!.near, one!.needs!.far])
  const losses = built(l1(), adversarial("bce"), l2())
  expect(ofRole(losses, "reconstruction").map(({ name }) => name)).toEqual(["l1", "l2"])
  expect(ofRole(losses, "critic")).toEqual([])
})

/** One number that starts at 8 and learns to be 0. */
function number(losses: readonly AnyLoss[]): Stage {
  return {
    name: "only",
    share: 1,
    batch: 1,
    data: async () => ({
      size: 1,
      fields: { x: { shape: [1], dtype: "float32", range: [0, 1] } },
      read: async () => ({ x: Float32Array.of(0) }),
    }),
    play: (): Game => {
      const value = tf.tidy(() => tf.variable(tf.fill([1, 1, 1, 1], 8)))
      return {
        players: {
          value: {
            variables: { value },
            state: {},
            apply: () => ({ image: value }),
            dispose: () => value.dispose(),
          },
        },
        moves: [
          learn({
            name: "value",
            learns: ["value"],
            optimiser: makeSgd({ rate: 0.0625 }),
            objective(scene) {
              const output = scene.players.value!.apply({}, "train").image!
              const reconstruction = { output, target: tf.zerosLike(output) }
              return objectiveOf(termsOf(losses, { reconstruction }, scene, { side: "learner" }))
            },
          }),
        ],
      }
    },
  }
}

/** The totals of the steps, and whether each reported a term. */
async function played(losses: readonly AnyLoss[], name: string, steps = 4) {
  const totals: number[] = []
  const reported: boolean[] = []
  const { players, leaked } = await train({
    stages: [number(losses)],
    seed: 1,
    steps,
    engine,
    openLoader: inOrder,
    onStep({ losses: found }) {
      totals.push(found["value/total"]!)
      reported.push(`value/${name}` in found)
    },
  })
  const value = players.value!.variables.value!.dataSync()[0]!
  for (const player of Object.values(players)) player.dispose()
  return { totals, reported, value, leaked }
}

test("in a trial a weight follows its schedule from step to step", async () => {
  const schedule = linearSchedule({ initial: 2, end: 0 })
  const { totals, value, leaked } = await played(built(l1({ weight: 4, schedule })), "l1")
  // Weights 8, 6, 4, 2 at shares 0, 1/4, 1/2, 3/4; x falls by a sixteenth of each.
  expect(totals).toEqual([8 * 8, 6 * 7.5, 4 * 7.125, 2 * 6.875])
  expect(value).toBe(6.75)
  expect(leaked).toBe(0)
})

test("in a trial a lazy loss moves as far in n steps as one of every step, where its slope is the same", async () => {
  const lazy = await played(built(l1(1), l2({ weight: 0, every: 2 })), "l2")
  expect(lazy.reported).toEqual([true, false, true, false])
  const always = await played(built(l1(2)), "l1")
  const [half, rest] = [l1(1), l1({ weight: 1, every: 2 })]
  expect((await played(built(half, rest), "l1.1")).value).toBe(always.value)
})
