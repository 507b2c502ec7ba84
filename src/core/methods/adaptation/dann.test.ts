import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { JsonObject } from "../../contracts/json.ts"
import { type ClassesMethod, domainsOf, stagesOf } from "../../contracts/method.ts"
import { resolve } from "../../declare/decode/resolve.ts"
import { inOrder } from "../../laws/inOrder.ts"
import type { Losses } from "../../play/round.ts"
import { train } from "../../play/trainer.ts"
import { weightsDigest, weightsOf } from "../../play/weights.ts"
import { twoBars } from "../../testing/twoBars.ts"
import { plugins } from "../testing/instances.ts"
import { classify } from "./classification.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

const task = { use: "crossEntropy" }
const adversarial = (objective: string, more: JsonObject = {}) => ({ use: "adversarial", objective, ...more })

function strategy(use: string, options: JsonObject = {}): ClassesMethod {
  const network = { use: "digitClassifier", convolutions: [3], features: [6] }
  return resolve(
    "method",
    { use, data: { use: "bars" }, network, batch: 8, ...options },
    plugins,
  ) as ClassesMethod
}

async function trained(method: ClassesMethod, steps = 12) {
  const losses: Losses[] = []
  const { players, moves, leaked } = await train({
    stages: stagesOf(method, twoBars()),
    seed: 3,
    steps,
    engine,
    openLoader: inOrder,
    onStep: (report) => losses.push(report.losses),
  })
  const { features, classes } = players
  const digest = weightsDigest(weightsOf({ features: features!, classes: classes! }))
  for (const player of Object.values(players)) player.dispose()
  return { losses, digest, moves, leaked }
}

/** What the domain network says of the first batches of both domains before anything is learnt. */
async function scoresAtFirst(): Promise<readonly [number[], number[]]> {
  const domains = domainsOf(twoBars())
  const [stage] = strategy("dann").stages(domains)
  const { players } = stage!.play({ seed: 3, carried: {}, steps: 1 })
  const scores = async (split: typeof domains.source.train) => {
    const { image } = await split.read([0, 1, 2, 3, 4, 5, 6, 7])
    return tf.tidy(() => {
      const { features } = classify(players, tf.tensor(image!, [8, 12, 12, 1]))
      return Array.from(players.domain!.apply({ features }, "train").scores!.dataSync())
    })
  }
  const found = [await scores(domains.source.train), await scores(domains.target.train)] as const
  for (const player of Object.values(players)) player.dispose()
  return found
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe.each(["reversal", "alternating"])("in the form %s", (form) => {
  const move = form === "reversal" ? "classifier" : "domain"

  test("the domain network may learn by least squares: half of the sum over both domains", async () => {
    const [source, target] = await scoresAtFirst()
    const { losses, moves, leaked } = await trained(
      strategy("dann", { form, losses: [task, adversarial("lsgan")] }),
    )
    const expected = (mean(source.map((s) => (s - 1) ** 2)) + mean(target.map((s) => s ** 2))) / 2
    expect(losses[0]![`${move}/domain`]).toBeCloseTo(expected, 4)
    expect(moves.map(({ mode }) => mode)).toEqual(["replayed"])
    expect(leaked).toBe(0)
  })

  test("another loss of the domains is another training", async () => {
    const digests = []
    for (const objective of ["bce", "lsgan", "hinge"]) {
      digests.push((await trained(strategy("dann", { form, losses: [task, adversarial(objective)] }))).digest)
    }
    expect(new Set(digests).size).toBe(3)
    expect(digests[0]).toBe((await trained(strategy("dann", { form }))).digest)
  })

  test("the weight of the adversarial loss is how much features mind: a factor of lambda, as `weight` is", async () => {
    const of = async (options: JsonObject, more: JsonObject = {}) =>
      (await trained(strategy("dann", { form, ...options, losses: [task, adversarial("lsgan", more)] })))
        .digest
    const plain = await of({})
    expect(await of({}, { weight: 2 })).toBe(await of({ weight: 2 }))
    expect(await of({}, { weight: 2 })).not.toBe(plain)
    expect(await of({}, { weight: 0 })).toBe((await trained(strategy("sourceOnly"))).digest)
  })

  test("its schedule is a factor of lambda, too", async () => {
    const of = async (value: number) => {
      const schedule = { use: "constant", value }
      return (await trained(strategy("dann", { form, losses: [task, adversarial("bce", { schedule })] })))
        .digest
    }
    expect(await of(1)).toBe((await trained(strategy("dann", { form }))).digest)
    expect(await of(0)).toBe((await trained(strategy("sourceOnly"))).digest)
  })
})

test("losses between which lambda would have to choose, and none of classes, are mistakes with a way out", () => {
  const messages = (losses: readonly JsonObject[]) =>
    strategy("dann", { losses }).mistakes!.map(({ path, message }) => `${path.join(".")}: ${message}`)
  expect(messages([task, adversarial("bce")])).toEqual([])
  expect(messages([task])).toEqual([
    'losses: expected one adversarial loss, such as adversarial("bce"), for the domain classifier but got 0',
  ])
  expect(messages([task, adversarial("bce"), adversarial("hinge")])).toEqual([
    'losses: expected one adversarial loss, such as adversarial("bce"), for the domain classifier but got 2',
  ])
  expect(messages([adversarial("bce")])).toEqual([
    "losses: expected a loss of classes for the task but got none; add crossEntropy() to losses",
  ])
})

test("two losses of one name follow their own schedules", async () => {
  const of = async (first: number, second: number) => {
    const schedule = (value: number) => ({ schedule: { use: "constant", value } })
    const losses = [
      { ...task, ...schedule(first) },
      { use: "coral", ...schedule(second) },
      { use: "coral", form: "momentMeans", ...schedule(1 - second) },
    ]
    return trained(strategy("deepCoral", { losses }), 3)
  }
  const { losses } = await of(1, 0.25)
  for (const step of losses) {
    const sum =
      step["classifier/task"]! + 0.25 * step["classifier/coral"]! + 0.75 * step["classifier/coral.2"]!
    expect(step["classifier/total"]).toBeCloseTo(sum, 5)
  }
})
