import type { Engine } from "@saddlepoint/engine/engine"
import type { Game } from "../../contracts/game.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { l1 } from "../../losses/l1.ts"
import { cycleGame } from "../../methods/translation/cycleGame.ts"
import { type Exchange, poolExchange } from "../../methods/translation/imagePool.ts"
import { makePatchGan, patchGanTable } from "../../models/patchGan.ts"
import {
  makeResnetGenerator,
  type ResnetGeneratorOptions,
  resnetGeneratorTable,
} from "../../models/resnetGenerator.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import type { Losses } from "../../play/round.ts"
import type { Played } from "../format/compare.ts"
import type { Family } from "../format/family.ts"
import type { Trajectory } from "../format/trajectory.ts"
import { pairedPlaces } from "../playing/pairing.ts"
import { batchOf, fieldOf, playGame } from "../playing/playGame.ts"
import { type RecordedPlayer, recordedPlayer } from "../playing/recordedPlayer.ts"
import { watched } from "../playing/watched.ts"

/** Receptive fields of the authors' discriminators, by their number of layers of stride 2. */
const receptiveFields: Readonly<Record<number, number>> = { 1: 16, 2: 34, 3: 70 }

/** The models of this repository that the recorded networks are. */
export function cycleModels({
  ngf,
  ndf,
  nBlocks,
  layers,
}: {
  ngf: number
  ndf: number
  nBlocks: number
  layers: number
}) {
  // The option knows published numbers of blocks; the model itself takes any.
  const generator = {
    width: ngf,
    blocks: nBlocks as ResnetGeneratorOptions["blocks"],
    channels: "same" as const,
  }
  const discriminator = {
    receptiveField: receptiveFields[layers]!,
    width: ndf,
    norm: "instance" as const,
    conditional: false,
  }
  return {
    generator: makeResnetGenerator(generator),
    discriminator: makePatchGan(discriminator),
    generatorRows: resnetGeneratorTable(generator, 3, 3).map(({ name }) => name),
    discriminatorRows: patchGanTable(discriminator, 3).map(({ name }) => name),
  }
}

/** The authors call GA what translates A to B, and DA what judges the images of B. */
const recordedNames: Readonly<Record<string, string>> = {
  generatorAB: "GA",
  generatorBA: "GB",
  discriminatorB: "DA",
  discriminatorA: "DB",
}

/** The four networks of a cycle game, set to their recorded start. */
export function cyclePlayers(
  recorded: Trajectory,
  { players }: Game,
  models: ReturnType<typeof cycleModels>,
): Record<string, RecordedPlayer> {
  return Object.fromEntries(
    Object.entries(recordedNames).map(([name, network]) => {
      const rows = network.startsWith("G") ? models.generatorRows : models.discriminatorRows
      return [name, recordedPlayer(recorded, players[name]!, pairedPlaces(recorded.layers(network), rows))]
    }),
  )
}

/** The recorded losses, with the weights that are in them, out of what a step reports. */
export function cycleLosses(
  losses: readonly Losses[],
  {
    cycle,
    identity,
    adversarialB = 1,
  }: { readonly cycle: number; readonly identity: number; readonly adversarialB?: number },
): Record<string, number[]> {
  const of = (name: string, factor = 1) => losses.map((reported) => factor * reported[name]!)
  return {
    D_A: of("discriminators/adversarialB", 0.5),
    D_B: of("discriminators/adversarialA", 0.5),
    G_A: of("generators/adversarialB", adversarialB),
    G_B: of("generators/adversarialA"),
    cycle_A: of("generators/cycleA", cycle),
    cycle_B: of("generators/cycleB", cycle),
    // The identity of their A is what becomes of an image of B that is translated to B.
    idt_A: of("generators/identityB", identity),
    idt_B: of("generators/identityA", identity),
    G: of("generators/total"),
  }
}

/** The game of `cycleGan` with the residual generator and the PatchGAN of this repository, and the recorded choices of the pools. */
export const cycleGan: Family = { play, leaveOut: [] }

async function play(recorded: Trajectory, engine: Engine): Promise<Played> {
  const { config } = recorded
  const layers = Number(/n_layers=(\d)/.exec(config.discriminator)?.[1])
  const models = cycleModels({ ...config, layers })
  const [A, B] = [recorded.tensor("data.A"), recorded.tensor("data.B")]
  const game = cycleGame(
    {
      generator: models.generator,
      discriminator: models.discriminator,
      optimiser: watched(makeAdam({ rate: 2e-4, beta1: 0.5 })),
      pool: config.poolSize,
      order: "joint",
      losses: [
        adversarial.plugin.build({ objective: "lsgan", weight: 1 }),
        l1.plugin.build({ weight: config.lambdaA }),
      ],
      identity: config.lambdaIdentity,
    },
    {
      image: fieldOf(A),
      fields: { A: "A.image", B: "B.image" },
      batch: config.batch,
      seed: 0,
      exchange: (domain, step) => recordedExchange(recorded, domain === "A" ? "fakeA" : "fakeB", step),
    },
  )
  const played = await playGame({
    engine,
    game,
    players: cyclePlayers(recorded, game, models),
    steps: recorded.steps,
    // Rates fall from the middle of the stage on; the record ends before.
    stage: 2 * recorded.steps,
    batch: (step) => ({ "A.image": batchOf(A, step), "B.image": batchOf(B, step) }),
  })
  const weights = { cycle: config.lambdaA, identity: config.lambdaA * config.lambdaIdentity }
  return { losses: cycleLosses(played.losses, weights), grad0: played.grad0, after: played.after }
}

/** The exchange of this repository's pools, with the draws on record: with probability 1/2 an image takes the place of a stored one. */
function recordedExchange({ config, extra }: Trajectory, pool: "fakeA" | "fakeB", step: number): Exchange {
  const choices: readonly ({ readonly p: number; readonly id: number } | null)[] =
    extra?.poolChoices?.[pool]?.[step] ?? []
  const drawn = choices.filter((choice) => choice !== null)
  let at = -1
  const draws = {
    // Their pool takes the image where p is above a half, ours where it is below.
    uniform: () => 1 - drawn[++at]!.p,
    integer: () => drawn[at]!.id,
  }
  return poolExchange(config.poolSize, config.batch, draws, step)
}
