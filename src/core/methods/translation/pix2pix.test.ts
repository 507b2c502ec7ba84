import { openEngine } from "@saddlepoint/engine"
import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { MethodFacts, PairsMethod } from "../../contracts/method.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import { baseline, challenger, experiment } from "../../declare/experiment.ts"
import { inOrder } from "../../laws/inOrder.ts"
import { loadDefinition } from "../../load.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { loss } from "../../losses/define.ts"
import { featureMatching } from "../../losses/featureMatching.ts"
import { gradientPenalty } from "../../losses/gradientPenalty.ts"
import { l1 } from "../../losses/l1.ts"
import { fakeNetwork } from "../../losses/testing/fakeNetwork.ts"
import { patchGan } from "../../models/patchGan.ts"
import { unet } from "../../models/unet.ts"
import { train } from "../../play/trainer.ts"
import { weightsOf } from "../../play/weights.ts"
import { fixture, labelled } from "../../testing/pairedImages.ts"
import { asked } from "../testing/asked.ts"
import { seeingDiscriminator } from "../testing/seeingDiscriminator.ts"
import { pix2pix } from "./pix2pix.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine()
})
afterAll(() => engine.dispose())

const unjudged: Plugin<"metric"> = {
  kind: "metric",
  name: "unjudged",
  version: 1,
  options: {},
  build: () => ({
    name: "unjudged",
    outputs: [],
    judged: "images",
    needsLabels: false,
    judges: {},
    begin() {},
  }),
}
const data: Use<"dataset", { fields: { input: "image"; target: "image" }; labels: true }> = use(fixture)
const shared = { data, generator: unet({ width: 2 }), batch: 2 }
const discriminator = patchGan({ receptiveField: 7, width: 2, conditional: true })

/** The method as a definition's decoding builds it. */
function built(method: Use<"method", MethodFacts<true, "pairs">>): PairsMethod {
  const definition = experiment({
    name: "one",
    question: "?",
    arms: { only: baseline(method), other: challenger(pix2pix({ ...shared, losses: [l1(7)] })) },
    metrics: [use<"metric", { needsLabels: false }>(unjudged)],
    compare: [],
    seeds: 1,
    budget: { steps: 1 },
  })
  return loadDefinition(definition)
    .arms.find(({ name }) => name === "only")!
    .build() as PairsMethod
}

async function trained(method: PairsMethod, steps = 3) {
  const reports: Readonly<Record<string, number>>[] = []
  const { players, leaked } = await train({
    stages: method.stages(labelled),
    seed: 5,
    steps,
    engine,
    openLoader: inOrder,
    onStep: ({ losses }) => reports.push(losses),
  })
  return { players, reports, leaked }
}

test("a fixed loss is a game of one player, a learned loss a game of two", async () => {
  const fixed = await trained(built(pix2pix({ ...shared, losses: [l1(100)] })), 1)
  expect(Object.keys(fixed.players)).toEqual(["generator"])
  expect(Object.keys(fixed.reports[0]!)).toEqual(["generator/l1", "generator/total"])
  const learned = await trained(
    built(pix2pix({ ...shared, discriminator, losses: [adversarial("bce"), l1(100)] })),
    1,
  )
  expect(Object.keys(learned.players).sort()).toEqual(["discriminator", "generator"])
  expect(Object.keys(learned.reports[0]!)).toEqual([
    "discriminator/adversarial",
    "discriminator/total",
    "generator/adversarial",
    "generator/l1",
    "generator/total",
  ])
})

test("the generator's objective is the weighted sum of its terms, the discriminator's the whole adversarial loss", async () => {
  const losses = [adversarial({ objective: "lsgan", weight: 0.5 }), l1(10)]
  const { reports } = await trained(built(pix2pix({ ...shared, discriminator, losses })))
  for (const report of reports) {
    const sum = 0.5 * report["generator/adversarial"]! + 10 * report["generator/l1"]!
    expect(report["generator/total"]).toBeCloseTo(sum, 4)
    expect(report["discriminator/total"]).toBeCloseTo(report["discriminator/adversarial"]!, 6)
  }
})

test("an opponent of which only a share counts learns from that share of all its losses", async () => {
  const losses = [adversarial({ objective: "lsgan", weight: 3 }), gradientPenalty(10)]
  const { reports } = await trained(
    built(pix2pix({ ...shared, discriminator, losses: [...losses, l1(10)], opponentShare: 0.5 })),
    2,
  )
  for (const report of reports) {
    const sum = report["discriminator/adversarial"]! + 10 * report["discriminator/gradientPenalty"]!
    expect(report["discriminator/total"]).toBeCloseTo(0.5 * sum, 4)
    const total = 3 * report["generator/adversarial"]! + 10 * report["generator/l1"]!
    expect(report["generator/total"]).toBeCloseTo(total, 4)
  }
})

test("a gradient penalty is the discriminator's alone, and draws at every step", async () => {
  const losses = [adversarial("wasserstein"), gradientPenalty(10), l1(1)]
  const { reports, leaked } = await trained(built(pix2pix({ ...shared, discriminator, losses })), 6)
  expect(Object.keys(reports[0]!)).toEqual([
    "discriminator/adversarial",
    "discriminator/gradientPenalty",
    "discriminator/total",
    "generator/adversarial",
    "generator/l1",
    "generator/total",
  ])
  const penalties = reports.map((report) => report["discriminator/gradientPenalty"]!)
  expect(penalties.every((value) => Number.isFinite(value) && value >= 0)).toBe(true)
  expect(new Set(penalties).size).toBe(6)
  expect(leaked).toBe(0)
})

test("a discriminator that takes no condition sees the image alone", async () => {
  const channels = async (conditional: boolean) => {
    const seeing = patchGan({ receptiveField: 7, width: 2, conditional })
    const losses = [adversarial("bce"), l1(1)]
    const method = built(pix2pix({ ...shared, discriminator: seeing, losses }))
    expect(method.refuses!(labelled)).toEqual([])
    const { players } = await trained(method, 1)
    return players.discriminator!.variables["conv1/kernel"]!.shape[2]
  }
  expect(await channels(true)).toBe(6)
  expect(await channels(false)).toBe(3)
})

test("feature matching compares what the discriminator sees on its way in real and in generated images", async () => {
  const matching = async (weight: number) => {
    const losses = [adversarial("hinge"), featureMatching({ of: "examples", weight }), l1(10)]
    return trained(built(pix2pix({ ...shared, discriminator: seeingDiscriminator(), losses })), 3)
  }
  const { reports, players, leaked } = await matching(2)
  expect(Object.keys(reports[0]!)).toEqual([
    "discriminator/adversarial",
    "discriminator/total",
    "generator/adversarial",
    "generator/featureMatching",
    "generator/l1",
    "generator/total",
  ])
  for (const report of reports) {
    expect(report["generator/featureMatching"]).toBeGreaterThan(0)
    const sum =
      report["generator/adversarial"]! +
      2 * report["generator/featureMatching"]! +
      10 * report["generator/l1"]!
    expect(report["generator/total"]).toBeCloseTo(sum, 4)
  }
  expect(leaked).toBe(0)
  const unmatched = await matching(0)
  expect(weightsOf({ generator: players.generator! })).not.toEqual(
    weightsOf({ generator: unmatched.players.generator! }),
  )
})

test("an opponent of weight zero leaves the generator bit for bit as the fixed loss alone does", async () => {
  const alone = await trained(built(pix2pix({ ...shared, losses: [l1(10)] })))
  const losses = [adversarial({ objective: "bce", weight: 0 }), l1(10)]
  const opposed = await trained(built(pix2pix({ ...shared, discriminator, losses })))
  const { generator } = opposed.players
  expect(weightsOf({ generator: generator! })).toEqual(weightsOf(alone.players))
})

test("no tensor is left behind by a step of two moves", async () => {
  const { leaked } = await trained(
    built(pix2pix({ ...shared, discriminator, losses: [adversarial("hinge"), l1(1)] })),
    6,
  )
  expect(leaked).toBe(0)
})

test("what losses need to see with is told, each network once", () => {
  const seeing = loss("reconstruction", {
    name: "seeing",
    version: 1,
    needs: { sight: fakeNetwork({ factor: 3 }) },
    learner: ({ output, target }, _options, { given }) => {
      const seen = (image: tf.Tensor) => given.sight!.apply({ image }, "evaluate").features!
      return tf.mean(tf.square(tf.sub(seen(output), seen(target))), [1, 2, 3])
    },
    laws: { atTarget: 0, smoothAtTarget: true },
  })
  const { needs } = built(pix2pix({ ...shared, losses: [seeing(), l1(1), seeing(2)] }))
  // Two losses of their own networks: whether they are the same is for those who open them to see.
  expect(needs!.map(({ task }) => task)).toEqual(["times 3", "times 3"])
  expect(built(pix2pix({ ...shared, losses: [l1(1)] })).needs).toEqual([])
})

test("a loss sees with the network that was opened for it", async () => {
  const squared = loss("reconstruction", {
    name: "squared",
    version: 1,
    needs: { sight: fakeNetwork({ factor: 3 }) },
    learner: ({ output, target }, _options, { given }) => {
      const seen = (image: tf.Tensor) => given.sight!.apply({ image }, "evaluate").features!
      return tf.mean(tf.abs(tf.sub(seen(output), seen(target))), [1, 2, 3])
    },
    laws: { atTarget: 0, smoothAtTarget: false },
  })
  const method = built(pix2pix({ ...shared, losses: [squared(), l1(1)] }))
  const [network] = method.needs!
  const given = new Map([[network!, (await network!.open(engine)).player]])
  const reports: Readonly<Record<string, number>>[] = []
  const training = { stages: method.stages(labelled), seed: 5, steps: 2, engine, openLoader: inOrder }
  await train({ ...training, given, onStep: ({ losses }) => reports.push(losses) })
  for (const report of reports)
    expect(report["generator/squared"]).toBeCloseTo(3 * report["generator/l1"]!, 4)
  await expect(train(training)).rejects.toThrow(
    'Expected the network "times 3" to be opened before training, but it is not; open the given networks of the method.',
  )
})

test("the answer to a test batch has the shape of the target and lies in [-1, 1]", async () => {
  const method = built(pix2pix({ ...shared, losses: [l1(100)] }))
  const { players } = await trained(method, 1)
  const answer = await method.answer(labelled, players)
  const output = answer({ input: tf.ones([3, 16, 16, 3]) }, asked(3))
  expect(output.shape).toEqual([3, 16, 16, 3])
  expect(Math.max(...output.dataSync().map(Math.abs))).toBeLessThanOrEqual(1)
})

test("losses and opponent that do not go together are mistakes with a path and a way out", () => {
  const mistakes = (spec: object) =>
    built(pix2pix(spec as never) as Use<"method", MethodFacts<true, "pairs">>).mistakes
  expect(() => mistakes({ ...shared, losses: [adversarial("bce")] })).toThrow(
    "arms.only.losses.0: expected a discriminator for an adversarial loss but got none; add discriminator: patchGan(...)",
  )
  expect(() => mistakes({ ...shared, discriminator, losses: [l1()] })).toThrow(
    'arms.only.discriminator: expected an adversarial loss for the discriminator to learn from but got none; add adversarial("bce") to losses',
  )
  expect(() => mistakes({ ...shared, losses: [l1(), featureMatching()] })).toThrow(
    "arms.only.losses.1: expected a discriminator for a loss of the role features but got none; add discriminator: patchGan(...)",
  )
  expect(() => mistakes({ ...shared, losses: [l1(), gradientPenalty()] })).toThrow(
    "arms.only.losses.1: expected a discriminator for a loss of the role critic but got none; add discriminator: patchGan(...)",
  )
  expect(() => mistakes({ ...shared, losses: [] })).toThrow(
    "arms.only.losses: expected at least one loss but got none",
  )
})
