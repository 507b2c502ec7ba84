import type { Engine } from "@saddlepoint/engine/engine"
import { adversarial } from "../../losses/adversarial.ts"
import { l1 } from "../../losses/l1.ts"
import { pix2pixPlugin } from "../../methods/translation/pix2pix.ts"
import { makePatchGan, patchGanTable } from "../../models/patchGan.ts"
import { makeUnet, unetTable } from "../../models/unet.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import type { Played } from "../format/compare.ts"
import type { Family } from "../format/family.ts"
import type { Trajectory } from "../format/trajectory.ts"
import type { Places } from "../playing/layerTable.ts"
import { swapped } from "../playing/layout.ts"
import { pairedPlaces } from "../playing/pairing.ts"
import { batchOf, fieldOf, playGame, unreadDataset } from "../playing/playGame.ts"
import { recordedPlayer } from "../playing/recordedPlayer.ts"
import { noDataset } from "../playing/unreadDomains.ts"
import { watched } from "../playing/watched.ts"

/** The receptive fields of the authors' discriminators. */
const receptiveFields: Readonly<Record<string, number>> = {
  PixelDiscriminator: 1,
  "NLayerDiscriminator n_layers=1": 16,
  "NLayerDiscriminator n_layers=2": 34,
  "NLayerDiscriminator n_layers=3": 70,
}

/** The game of `pix2pix` with the U-Net and the PatchGAN of this repository, and half of the discriminator's loss. */
export const pix2pix: Family = {
  play,
  leaveOut: [
    {
      kind: "losses",
      names: /^D_(real|fake)$/,
      why: "the two halves of the discriminator's loss are one term here, whose sum is compared",
    },
  ],
}

async function play(recorded: Trajectory, engine: Engine): Promise<Played> {
  const { config } = recorded
  const unet = {
    width: config.ngf,
    depth: config.numDowns,
    norm: config.norm,
    dropout: 0,
    skips: true,
    channels: config.outputChannels,
  }
  const patches = {
    receptiveField: receptiveFields[config.discriminator]!,
    width: config.ndf,
    norm: config.norm,
  }
  const [A, B] = [recorded.tensor("data.A"), recorded.tensor("data.B")]
  const method = pix2pixPlugin.build({
    data: noDataset,
    generator: makeUnet(unet),
    discriminator: makePatchGan({ ...patches, conditional: true }),
    losses: [
      adversarial.plugin.build({ objective: config.ganMode === "lsgan" ? "lsgan" : "bce", weight: 1 }),
      l1.plugin.build({ weight: config.lambdaL1 }),
    ],
    optimiser: watched(makeAdam({ rate: 2e-4, beta1: 0.5 })),
    batch: config.batch,
    opponentShare: 0.5,
  })
  const dataset = unreadDataset({ input: fieldOf(A), target: fieldOf(B) })
  const game = method.stages(dataset)[0]!.play({ seed: 0, carried: {}, steps: recorded.steps })
  const { generator, discriminator } = game.players
  const rows = unetTable(unet, config.numDowns, config.inputChannels).map(({ name }) => name)
  const convolutions = patchGanTable(patches, config.inputChannels + config.outputChannels)
  const played = await playGame({
    engine,
    game,
    players: {
      generator: recordedPlayer(recorded, generator!, skipsLast(pairedPlaces(recorded.layers("G"), rows))),
      discriminator: recordedPlayer(
        recorded,
        discriminator!,
        pairedPlaces(
          recorded.layers("D"),
          convolutions.map(({ name }) => name),
        ),
      ),
    },
    steps: recorded.steps,
    batch: (step) => ({ input: batchOf(A, step), target: batchOf(B, step) }),
  })
  const of = (name: string, factor = 1) => played.losses.map((reported) => factor * reported[name]!)
  return {
    losses: {
      D: of("discriminator/adversarial", 0.5),
      G_GAN: of("generator/adversarial"),
      G_L1: of("generator/l1", config.lambdaL1),
      G: of("generator/total"),
    },
    grad0: played.grad0,
    after: played.after,
  }
}

/** In the authors' decoder the encoder's values come first and here they come last, from the second level on. */
function skipsLast(places: Places): Places {
  const turned = Object.entries(places).map(([name, place]) => {
    if (!/^up\d+\/kernel$/.test(name) || name === "up1/kernel") return [name, place] as const
    return [name, { ...place, layout: swapped(place.layout, 3, place.layout.shape[3]! / 2) }] as const
  })
  return Object.fromEntries(turned)
}
