import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import type { Dataset, Split } from "../../contracts/dataset.ts"
import { type Learn, learn, type Objective, type Players, type Scene } from "../../contracts/game.ts"
import type { ClassesMethod } from "../../contracts/method.ts"
import { InvalidDefinition } from "../../contracts/mistake.ts"
import type { Player } from "../../contracts/player.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { loss } from "../../losses/define.ts"
import { softmaxCrossEntropy } from "../../losses/softmaxCrossEntropy.ts"
import { adversarialOptions, adversarialStage } from "../../methods/adaptation/adversarialStage.ts"
import { cdanPlugin } from "../../methods/adaptation/cdan.ts"
import {
  type bothDomains,
  type ClassificationParts,
  classified,
  classifierPlayers,
  classifying,
} from "../../methods/adaptation/classification.ts"
import { dannPlugin } from "../../methods/adaptation/dann.ts"
import { type MatchingParts, matching } from "../../methods/adaptation/matching.ts"
import { strategyOptions, strategySlots, weightOption } from "../../methods/adaptation/strategy.ts"
import { pix2pixPlugin } from "../../methods/translation/pix2pix.ts"
import { checkLaws } from "../checkLaws.ts"
import { Broken } from "../law.ts"
import { reductions } from "./reductions.ts"
import { type Strategy, strategiesIn, strategiesOf } from "./strategy.ts"
import { twoDomainsPlugin } from "./twoDomains.ts"
import { weightZero } from "./weightZero.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js" })
})

type Parts = MatchingParts & { readonly domainLayers: readonly number[] }

/** A strategy as users write one in a file of their own. */
function own(
  name: string,
  build: (parts: Parts) => ClassesMethod,
  { options = { weight: weightOption(1) }, losses = [crossEntropy()] }: Own = {},
): Plugin<"method"> {
  const all = { ...strategyOptions, ...options }
  return { kind: "method", name, version: 1, options: all, slots: strategySlots(losses), build }
}

interface Own {
  readonly options?: Plugin["options"]
  readonly losses?: readonly Use<"loss">[]
}

type Distance = (source: tf.Tensor2D, target: tf.Tensor2D) => tf.Scalar

const meansApart: Distance = (source, target) =>
  tf.mean(tf.square(tf.sub(tf.mean(source, 0), tf.mean(target, 0))))

/** A strategy that lowers a distance of its own, a loss of role domains. */
const matched = (name: string, distance: Distance) => {
  const apart = loss("domains", {
    name: "apart",
    version: 1,
    scope: "batch",
    learner: ({ source, target }) => distance(source as tf.Tensor2D, target as tf.Tensor2D),
    laws: {},
  })
  return own(name, matching, { losses: [crossEntropy(), apart()] })
}

const taskLoss = ({ batch }: Scene, logits: tf.Tensor): tf.Scalar =>
  softmaxCrossEntropy(logits, batch["source.label"]!)

/** A strategy of one stage and one move on features and classes. */
function ofMove(
  name: string,
  objective: (parts: Parts, scene: Scene) => Objective,
  data: (parts: { readonly data: Dataset }, source: Split) => ReturnType<ReturnType<typeof bothDomains>>,
): Plugin<"method"> {
  return own(name, (parts) => ({
    data: parts.data,
    ...classifying(parts, ["adversarial", "domains"]),
    stages: (domains) => [
      {
        name: "adaptation",
        share: 1,
        batch: parts.batch,
        data: () => data(parts, domains.source.train),
        play: ({ seed }) => ({
          players: classifierPlayers(parts.network, domains, seed),
          moves: [
            learn({
              name: "classifier",
              learns: ["features", "classes"],
              optimiser: parts.optimiser,
              objective: (scene) => objective(parts, scene),
            }),
          ],
        }),
      },
    ],
  }))
}

let newest: Dataset
beforeEach(() => {
  // What a strategy holds of its data is closed; whoever gets hold of the plug-in opens what it built last.
  const { build } = twoDomainsPlugin
  vi.spyOn(twoDomainsPlugin, "build").mockImplementation((options) => {
    newest = build(options)
    return newest
  })
})
afterEach(() => vi.restoreAllMocks())

/** The labelled validation split of the target, which the types keep from a strategy, by way of the dataset's plug-in. */
const stolen = async () => (await newest.open()).targetValidation!

test("the dataset that a strategy is given cannot be opened", async () => {
  const opens = ofMove("opens", peeking("target.label"), async ({ data }, source) => ({
    streams: { source, target: (await data.open()).targetValidation! },
  }))
  await expect(failures(opens)).rejects.toThrow(
    /it opened its dataset by itself, whose test split it would reach/,
  )
})

/** A peeking objective: the classifier learns the target's labels too. */
const peeking =
  (field: string) =>
  (_: ClassificationParts, scene: Scene): Objective => {
    const task = taskLoss(scene, classified(scene, "source").logits)
    const peeked = softmaxCrossEntropy(classified(scene, "target").logits, scene.batch[field]!)
    return { total: tf.add(task, peeked), terms: { task } }
  }

/** What the domain network of a strategy sees. */
interface Confronted {
  readonly source: tf.Tensor2D
  readonly target: tf.Tensor2D
  readonly lambda: tf.Tensor
  readonly players: Players
}

/** A strategy like DANN in its reversal form. */
function likeDann(
  name: string,
  domain: (seen: Confronted) => { readonly loss: tf.Scalar; readonly counts?: tf.Tensor },
): Plugin<"method"> {
  const build = (parts: Parts): ClassesMethod => ({
    data: parts.data,
    ...classifying(parts, ["adversarial"]),
    stages(domains) {
      const move: Learn = learn({
        name: "classifier",
        learns: ["features", "classes", "domain"],
        optimiser: parts.optimiser,
        objective(scene) {
          const source = classified(scene, "source")
          const target = classified(scene, "target")
          const task = taskLoss(scene, source.logits)
          const { loss, counts } = domain({
            source: source.features,
            target: target.features,
            lambda: scene.schedule("lambda"),
            players: scene.players,
          })
          return { total: tf.add(task, tf.mul(loss, counts ?? 1)), terms: { task, domain: loss } }
        },
      })
      const inputs = parts.network.size(domains.source.train.fields.image!)
      return [adversarialStage(parts, domains, inputs, [move])]
    },
  })
  return own(name, build, { options: adversarialOptions, losses: [crossEntropy(), adversarial("bce")] })
}

/** Binary cross-entropy of the domain, mean over both halves. */
const domainLoss = (source: tf.Tensor, target: tf.Tensor): tf.Scalar =>
  tf.div(tf.add(tf.mean(tf.softplus(tf.neg(source))), tf.mean(tf.softplus(target))), 2)

/** Hands back what a function makes of the gradient. */
const backwards = (x: tf.Tensor2D, change: (dy: tf.Tensor) => tf.Tensor): tf.Tensor2D =>
  tf.customGrad((input) => ({
    value: tf.clone(input as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => change(dy),
  }))(x) as tf.Tensor2D

const scores = (players: Players, features: tf.Tensor2D, change: (dy: tf.Tensor) => tf.Tensor) =>
  players.domain!.apply({ features: backwards(features, change) }, "train").scores!

const published = (lambda: tf.Tensor) => (dy: tf.Tensor) => tf.mul(dy, tf.neg(lambda))

/** What checking a strategy finds: the failed laws, in order. */
async function failures(plugin: Plugin<"method">) {
  const before = tf.memory().numTensors
  const { checked, failed } = await checkLaws([plugin], { engine, runs: 1, seed: 5 })
  expect(tf.memory().numTensors).toBe(before)
  const broken = checked[0]!.laws.filter(({ status }) => status === "failed")
  expect(failed).toBe(broken.length)
  for (const { expected, got, counterexample, runs } of broken) {
    expect(expected).toBeTruthy()
    expect(got).toMatch(/^(?!an error)./)
    expect(counterexample).toBeDefined()
    expect(runs).toBeGreaterThan(0)
  }
  return broken
}

const names = async (plugin: Plugin<"method">) => (await failures(plugin)).map(({ law }) => law)

test("a sound strategy of a user's own keeps the laws, and is told which say nothing about it and why", async () => {
  const { checked, failed } = await checkLaws([matched("sound", meansApart)], { engine, runs: 1 })
  expect(failed).toBe(0)
  expect(checked[0]).toMatchObject({ kind: "strategy", name: "sound" })
  expect(checked[0]!.laws.map(({ law, status }) => [law, status])).toEqual([
    ["unreachableLabels", "passed"],
    ["weightZero", "passed"],
    ["identicalDomains", "passed"],
    ["symmetry", "passed"],
    ["reversedGradient", "notApplicable"],
    ["reductions", "notApplicable"],
  ])
  for (const { status, reason } of checked[0]!.laws) expect(reason !== undefined).toBe(status !== "passed")
})

describe("labels of the target", () => {
  test("that a stage reads as such are named", async () => {
    const peeks = ofMove("peeks", peeking("target.label"), async (_, source) => ({
      streams: { source, target: await stolen() },
    }))
    const [broken] = await failures(peeks)
    expect(broken).toMatchObject({
      law: "unreachableLabels",
      expected: "the stages to read no target.label",
      got: "source.image, source.label, target.image, target.label",
    })
  })

  test("that come under another name change the weights", async () => {
    const peeks = ofMove("peeks", peeking("target.hint"), async (_, source) => {
      const split = await stolen()
      const { image, label } = split.fields
      const renamed: Split = {
        ...split,
        fields: { image: image!, hint: label! },
        async read(indices) {
          const values = await split.read(indices)
          return { image: values.image!, hint: values.label! }
        },
      }
      return { streams: { source, target: renamed } }
    })
    const [broken] = await failures(peeks)
    expect(broken!.law).toBe("unreachableLabels")
    expect(broken!.expected).toMatch(/^the weights as with the true labels: .*, bit for bit$/)
    expect(broken!.got).toMatch(/values differ$/)
  })
})

describe("at weight 0", () => {
  test("a loss between the domains that still acts is found", async () => {
    const acts = matched("acts", meansApart)
    const still = (parts: MatchingParts) => matching({ ...parts, weight: parts.weight + 1e-3 })
    expect(await names({ ...acts, build: still })).toEqual(["weightZero"])
  })

  test("target batches that touch shared batch statistics are found", async () => {
    const shares = ofMove(
      "shares",
      ({ weight }, scene) => {
        const [source, target] = [classified(scene, "source"), classified(scene, "target")]
        const mean = tf.mean(tf.concat([source.features, target.features]), 0)
        const centred = { features: tf.sub(source.features, mean) }
        const logits = scene.players.classes!.apply(centred, "train").classLogits!
        const divergence = meansApart(source.features, target.features)
        const task = taskLoss(scene, logits)
        return { total: tf.add(task, tf.mul(divergence, weight)), terms: { task, divergence } }
      },
      async (_, source) => ({
        streams: { source, target: (await newest.open()).domains!.target.train },
      }),
    )
    expect(await names(shares)).toEqual(["weightZero"])
  })
})

test("a strategy that needs batch statistics is told why its weight 0 is not source-only", async () => {
  const needy = own("needy", (parts) => ({
    ...matching(parts),
    refuses: () =>
      parts.network.batchStatistics ? [] : ["Expected batch normalisation, but there is none."],
  }))
  const [strategy] = strategiesOf(needy)
  expect(strategy!.batchStatistics).toBe(true)
  expect(await weightZero.applies(strategy!, {})).toBe(
    "it needs a classifier with batch normalisation, whose statistics target batches touch at any weight",
  )
})

describe("a loss between the domains", () => {
  test("that sees one direction only is not symmetric", async () => {
    const oneSided: Distance = (source, target) =>
      tf.mean(tf.relu(tf.sub(tf.mean(source, 0), tf.mean(target, 0))))
    expect(await names(matched("oneSided", oneSided))).toEqual(["symmetry"])
  })

  test("that is not 0 for equal batches is found", async () => {
    const offset: Distance = (source, target) => tf.add(meansApart(source, target), 1e-3)
    expect(await names(matched("offset", offset))).toEqual(["identicalDomains"])
  })

  test("that sums the halves instead of taking their mean is not ln 2 at chance", async () => {
    const sums = likeDann("sums", ({ source, target, lambda, players }) => {
      const [one, other] = [source, target].map((features) => scores(players, features, published(lambda)))
      return { loss: tf.mul(domainLoss(one!, other!), 2) }
    })
    const broken = await failures(sums)
    expect(broken.map(({ law }) => law)).toEqual(["identicalDomains"])
    expect(broken[0]).toMatchObject({
      expected: "classifier/domain of a domain network without weights to be [0.693147]",
      got: "[1.38629]",
    })
  })

  test("that tells equal batches apart knows more than the images", async () => {
    const knows = likeDann("knows", ({ source, target, lambda, players }) => {
      const [one, other] = [source, target].map((features) => scores(players, features, published(lambda)))
      return { loss: domainLoss(tf.add(one!, 3), tf.sub(other!, 3)) }
    })
    expect(await names(knows)).toContain("identicalDomains")
  })
})

describe("a reversal", () => {
  const plain = (change: (lambda: tf.Tensor) => (dy: tf.Tensor) => tf.Tensor) =>
    likeDann("reversal", ({ source, target, lambda, players }) => {
      const [one, other] = [source, target].map((features) => scores(players, features, change(lambda)))
      return { loss: domainLoss(one!, other!) }
    })

  test("as published keeps the laws", async () => {
    expect(await names(plain(published))).toEqual([])
  })

  test.each([
    ["without the minus", (lambda: tf.Tensor) => (dy: tf.Tensor) => tf.mul(dy, lambda)],
    ["of the wrong size", (lambda: tf.Tensor) => (dy: tf.Tensor) => tf.mul(dy, tf.mul(lambda, -1.05))],
    ["without lambda", () => (dy: tf.Tensor) => tf.neg(dy)],
  ])("%s is found", async (_, change) => {
    const found = (await failures(plain(change))).find(({ law }) => law === "reversedGradient")
    expect(found!.expected).toMatch(/^what reaches the features along `direction`, divided by -lambda, to be/)
  })

  test("that weighs the domain network's lesson too is found", async () => {
    const weighs = likeDann("weighs", ({ source, target, lambda, players }) => {
      const [one, other] = [source, target].map((features) => scores(players, features, tf.neg))
      return { loss: domainLoss(one!, other!), counts: lambda }
    })
    const broken = await failures(weighs)
    expect(broken.map(({ law }) => law)).toEqual(["reversedGradient"])
    expect(broken[0]!.expected).toContain("the gradient in player domain at twice the lambda")
  })
})

describe("the reductions", () => {
  /** A built-in strategy whose moves are changed. */
  const changed = (plugin: Plugin<"method">, change: (move: Learn) => Learn): Strategy => {
    const [strategy] = strategiesOf(plugin)
    return {
      ...strategy!,
      build(data, options) {
        const method = strategy!.build(data, options)
        return {
          ...method,
          stages: (domains) =>
            method.stages(domains).map((stage) => ({
              ...stage,
              play(world) {
                const game = stage.play(world)
                return {
                  ...game,
                  moves: game.moves.map((move) => (move.kind === "learn" ? change(move) : move)),
                }
              },
            })),
        }
      },
    }
  }
  const verdict = async (strategy: Strategy) => {
    const { failed, errorInstance } = await fc.check(reductions.property(strategy, { engine }), {
      numRuns: 2,
      seed: 1,
    })
    if (failed) expect(errorInstance).toBeInstanceOf(Broken)
    return failed ? (errorInstance as Broken).expected : "kept"
  }

  test("hold for what is not changed", async () => {
    expect(await verdict(changed(dannPlugin, (move) => move))).toBe("kept")
    expect(await verdict(changed(cdanPlugin, (move) => move))).toBe("kept")
  })

  test("find a reversal that still pulls at lambda 0", async () => {
    const pulls = changed(dannPlugin, (move) => ({
      ...move,
      objective(scene) {
        const { total, terms } = move.objective(scene)
        const apart = meansApart(classified(scene, "source").features, classified(scene, "target").features)
        return { total: tf.add(total, tf.mul(apart, 1e-3)), terms }
      },
    }))
    expect(await verdict(pulls)).toContain("at lambda 0")
  })

  test("find an outer product of the wrong scale", async () => {
    const scaled = changed(cdanPlugin, (move) => ({
      ...move,
      objective(scene) {
        const { apply, ...rest } = scene.players.domain!
        const domain: Player = {
          ...rest,
          apply: ({ features }, mode) => apply({ features: tf.mul(features!, 3) }, mode),
        }
        return move.objective({ ...scene, players: { ...scene.players, domain } })
      },
    }))
    expect(await verdict(scaled)).toContain("of cdan with uniform answers")
  })
})

test("a method that is no strategy is refused in one sentence, and a module's strategies are found once each", () => {
  expect(() => strategiesOf(pix2pixPlugin)).toThrow(InvalidDefinition)
  const mine = matched("mine", meansApart)
  const found = strategiesIn({
    default: use(mine, { weight: 2 }),
    mine,
    again: mine,
    seed: 3,
  })
  expect(found.flatMap(strategiesOf).map(({ name }) => name)).toEqual(["mine(weight=2)"])
})
