import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Players, Stage } from "../../contracts/game.ts"
import { inOrder } from "../../laws/inOrder.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { l1 } from "../../losses/l1.ts"
import { builtLosses } from "../../losses/testing/builtLoss.ts"
import { makePatchGan } from "../../models/patchGan.ts"
import { makeResnetGenerator } from "../../models/resnetGenerator.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import type { Losses } from "../../play/round.ts"
import { train } from "../../play/trainer.ts"
import { weightsDigest, weightsOf } from "../../play/weights.ts"
import { unpairedBars } from "../../testing/unpairedBars.ts"
import { type CycleRules, cycleGame } from "./cycleGame.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js", threads: 1 })
})
afterAll(() => engine.dispose())

const dataset = unpairedBars()
/** As published, but for the weight of the cycles. */
const cycling = (weight: number) => builtLosses(adversarial("lsgan"), l1(weight))

async function trained(rules: Partial<CycleRules>, steps: number) {
  const losses: Losses[] = []
  const outcome = await train({
    stages: [stageOf(rules)],
    seed: 3,
    steps,
    engine,
    openLoader: inOrder,
    onStep: (report) => losses.push(report.losses),
  })
  return { ...outcome, losses }
}

const digest = (players: Players, ...names: string[]) =>
  weightsDigest(weightsOf(Object.fromEntries(names.map((name) => [name, players[name]!]))))

function stageOf(rules: Partial<CycleRules>): Stage {
  return {
    name: "translation",
    share: 1,
    batch: 4,
    data: async () => ({ streams: dataset.unpaired }),
    play: ({ seed }) =>
      cycleGame(
        {
          generator: makeResnetGenerator({ blocks: 3, width: 2 }),
          discriminator: makePatchGan({ receptiveField: 7, width: 2, norm: "instance", conditional: false }),
          optimiser: makeAdam({ rate: 0.003 }),
          pool: 6,
          order: "joint",
          losses: cycling(10),
          identity: 0,
          ...rules,
        },
        { image: dataset.unpaired.A.fields.image!, fields: { A: "A.image", B: "B.image" }, batch: 4, seed },
      ),
  }
}

test("discriminators are shown what the generators made before their move", async () => {
  const { players } = await trained({}, 1)
  const start = makeResnetGenerator({ blocks: 3, width: 2 }).player(
    "generatorAB",
    { inputs: { image: dataset.unpaired.A.fields.image! } },
    3,
  )
  const { image } = await dataset.unpaired.A.read([0, 1, 2, 3])
  const made = tf.tidy(() =>
    start.apply({ image: tf.tensor(image!, [4, 12, 12, 1]) }, "train").image!.dataSync(),
  )
  const shown = players.poolB!.state.shown!.dataSync()
  for (const [at, value] of made.entries()) expect(shown[at]).toBeCloseTo(value, 4)
  // The generator has moved since.
  const { "first/kernel": kernel } = players.generatorAB!.variables
  expect(Array.from(kernel!.dataSync())).not.toEqual(Array.from(start.variables["first/kernel"]!.dataSync()))
  start.dispose()
})

test("a term of weight 0 is reported and moves no bit", async () => {
  const plain = await trained({}, 2)
  const watched = await trained(
    {
      besides: ({ fakeB }) => [{ name: "level", value: tf.mean(fakeB) as tf.Scalar, weight: 0 }],
    },
    2,
  )
  expect(weightsDigest(weightsOf(watched.players))).toBe(weightsDigest(weightsOf(plain.players)))
  expect(Number.isFinite(watched.losses[0]!["generators/level"])).toBe(true)
  const pressed = await trained(
    {
      besides: ({ fakeB }) => [{ name: "level", value: tf.mean(fakeB) as tf.Scalar, weight: 1 }],
    },
    2,
  )
  expect(digest(pressed.players, "generatorAB")).not.toBe(digest(plain.players, "generatorAB"))
})

test("without cycle and identity each generator minds its discriminator alone", async () => {
  const losses = cycling(0)
  const first = await trained({ losses }, 1)
  const heavier = await trained({ losses, adversarial: { A: 3, B: 1 } }, 1)
  // Adam's first step is the gradient's sign: a change of scale alone would not show, a change of direction would.
  expect(digest(heavier.players, "generatorAB")).toBe(digest(first.players, "generatorAB"))
  const cycled = await trained({ losses: cycling(10) }, 1)
  expect(digest(cycled.players, "generatorAB")).not.toBe(digest(first.players, "generatorAB"))
})
