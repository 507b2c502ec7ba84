import { type Engine, openEngine } from "@saddlepoint/engine"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Domains, Split } from "../../contracts/dataset.ts"
import type { Stage } from "../../contracts/game.ts"
import type { Player } from "../../contracts/player.ts"
import { inOrder } from "../../laws/inOrder.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { builtLosses } from "../../losses/testing/builtLoss.ts"
import { makeDigitClassifier } from "../../models/digitClassifier.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import { train } from "../../play/trainer.ts"
import type { TrainingState } from "../../play/trainingState.ts"
import { twoBars } from "../../testing/twoBars.ts"
import { classifierPlayers } from "./classification.ts"
import { type FeatureGameSetting, featureGame } from "./featureGame.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js", threads: 1 })
})
afterAll(() => engine.dispose())

const network = makeDigitClassifier({
  convolutions: [3],
  features: [6],
  head: [],
  norm: "none",
  dropout: 0,
})

const leastAccuracy = 0.6

async function played(
  domains: Domains,
  source: Split,
  target: Split,
  steps: number,
  { rate = 0.003, ...setting }: { rate?: number } & Partial<FeatureGameSetting> = {},
) {
  const stage: Stage = {
    name: "feature",
    share: 1,
    batch: 8,
    data: async () => ({ streams: { source, target } }),
    play: ({ seed }) =>
      featureGame({
        trained: classifierPlayers(network, domains, seed),
        another: () => classifierPlayers(network, domains, seed + 1),
        classes: 2,
        optimiser: makeAdam({ rate, beta1: 0.9 }),
        losses: builtLosses(crossEntropy()),
        leastAccuracy,
        seed,
        ...setting,
      }),
  }
  const states: TrainingState[] = []
  const accuracies: number[] = []
  const { players } = await train({
    stages: [stage],
    seed: 2,
    steps,
    engine,
    openLoader: inOrder,
    async onStep({ losses, capture }) {
      accuracies.push(losses["domain/accuracy"]!)
      states.push(await capture())
    },
  })
  const target0 = (state: TrainingState) => valuesOf(state.players, "features/")
  return { states, accuracies, players, target: states.map(target0) }
}

const valuesOf = (weights: TrainingState["players"], prefix: string) =>
  Object.entries(weights)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, { values }]) => [name.slice(prefix.length), Array.from(values)])

const { domains } = twoBars()

test("it starts with two copies of the trained classifier, of which the source's stands still", async () => {
  const trained = classifierPlayers(network, domains!, 2)
  const kernel = Array.from(trained.features!.variables["conv1/kernel"]!.dataSync())
  const { players } = await played(domains!, domains!.source.train, domains!.target.train, 3)
  expect(Array.from(players.sourceFeatures!.variables["conv1/kernel"]!.dataSync())).toEqual(kernel)
})

test("what the source's network gives is dropped from as what the target's gives", async () => {
  const modes = new Set<string>()
  const another = () => {
    const { features, classes } = classifierPlayers(network, domains!, 3)
    const seen = (player: Player): Player => ({
      ...player,
      apply(inputs, mode) {
        modes.add(mode)
        return player.apply(inputs, mode)
      },
    })
    return { features: seen(features!), classes: seen(classes!) }
  }
  await played(domains!, domains!.source.train, domains!.target.train, 1, { another })
  expect([...modes]).toEqual(["train"])
})

test("the domain network starts with Xavier's values unless others are chosen", () => {
  const largest = (setting: Partial<FeatureGameSetting>) => {
    const { domain } = featureGame({
      trained: classifierPlayers(network, domains!, 1),
      another: () => classifierPlayers(network, domains!, 2),
      classes: 10,
      optimiser: makeAdam({}),
      losses: builtLosses(crossEntropy()),
      seed: 1,
      ...setting,
    }).players
    return domain!.variables["hidden2/kernel"]!.abs().max().dataSync()[0]!
  }
  // Uniform within sqrt(6 / (500 + 500)) = 0.0775; He's deviation is 0.063, of which 250,000 draws go beyond 0.2.
  expect(largest({})).toBeLessThan(0.0775)
  expect(largest({ domainInitialisation: "he" })).toBeGreaterThan(0.2)
})

test("where the domains cannot be told apart the target's network does not move, nor its optimiser", async () => {
  const { train: same } = domains!.source
  const { states, accuracies, target } = await played(domains!, same, same, 4)
  // Both networks give the same scores to the same images, so exactly one half is right.
  expect(accuracies).toEqual([0.5, 0.5, 0.5, 0.5])
  expect(target.at(-1)).toEqual(target[0])
  for (const [name, values] of valuesOf(states.at(-1)!.optimisers, "target/")) {
    expect([name, (values as number[]).every((value) => value === 0)]).toEqual([name, true])
  }
})

test("it moves in exactly the steps in which more than 60 % of the batch is told apart", async () => {
  const far = twoBars({ shift: 1.5 }).domains!
  const { accuracies, target } = await played(far, far.source.train, far.target.train, 12)
  const moved = target.slice(1).map((now, step) => JSON.stringify(now) !== JSON.stringify(target[step]))
  expect(moved).toEqual(accuracies.slice(1).map((accuracy) => accuracy > leastAccuracy))
  expect(moved).toContain(true)
})

test("the domain network learns at a rate of its own", async () => {
  const [source, target] = [domains!.source.train, domains!.target.train]
  const moved = async (rate: number) => {
    const own = { domainOptimiser: makeAdam({ rate }), leastAccuracy: 0 }
    const { states } = await played(domains!, source, target, 2, own)
    const [first, second] = states.map(({ players }) => players["domain/output/bias"]!.values)
    return Math.abs(second![0]! - first![0]!)
  }
  expect(await moved(1e-9)).toBeLessThan(1e-8)
  expect(await moved(1e-2)).toBeGreaterThan(1e-3)
})

test("with a weight for them the labels of source images move the target's network, too", async () => {
  const [source, target] = [domains!.source.train, domains!.target.train]
  const after = async (task: number) =>
    (await played(domains!, source, target, 1, { leastAccuracy: 0, task })).target[0]
  expect(await after(1)).not.toEqual(await after(0))
})
