import type { Engine } from "@saddlepoint/engine/engine"
import type { Field } from "../../contracts/field.ts"
import type { Game } from "../../contracts/game.ts"
import type { AnyLoss } from "../../contracts/loss.ts"
import type { Model } from "../../contracts/player.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { gradientPenalty } from "../../losses/gradientPenalty.ts"
import { ganGame } from "../../methods/samples/ganGame.ts"
import { makeDcganDiscriminator } from "../../models/dcganDiscriminator.ts"
import { makeDcganGenerator } from "../../models/dcganGenerator.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import type { Played } from "../format/compare.ts"
import type { Family } from "../format/family.ts"
import type { Trajectory } from "../format/trajectory.ts"
import { layeredNetwork, type Places } from "../playing/layerTable.ts"
import { permuted } from "../playing/layout.ts"
import { pairedPlaces } from "../playing/pairing.ts"
import { batchOf, fieldOf, playGame } from "../playing/playGame.ts"
import { drawing, drawn, inOrder, latents } from "../playing/recordedDraws.ts"
import { given, layeredPlayer, recordedPlayer } from "../playing/recordedPlayer.ts"
import { watched } from "../playing/watched.ts"

const halves = "the two halves of the critic's loss are one term here, which is compared"

/** `ganGame` with the networks of DCGAN in this repository. */
export const dcgan: Family = {
  play: playDcgan,
  leaveOut: [
    { kind: "losses", names: /^(errD_|D_)/, why: halves },
    {
      kind: "expect",
      names: /^expect\.evalSamples$/,
      why: "how samples are taken is another matter than training",
    },
  ],
}

/** `ganGame` with several moves of a critic and the gradient penalty, and the recorded networks. */
export const wganGp: Family = {
  play: playWganGp,
  leaveOut: [{ kind: "losses", names: /^D_(real|fake)$/, why: halves }],
}

async function playDcgan(recorded: Trajectory, engine: Engine): Promise<Played> {
  const { config, steps } = recorded
  const real = recorded.tensor("data.real")
  const noise = latents(recorded.tensor("data.noise"))
  const game = gameOf({
    generator: makeDcganGenerator({ width: config.ngf }),
    discriminator: makeDcganDiscriminator({ width: config.ndf }),
    losses: [adversarial.plugin.build({ objective: "bce", weight: 1 })],
    latent: config.nz,
    batch: config.batch,
    image: fieldOf(real),
    beta2: 0.999,
    rate: 2e-4,
  })
  const { generator, discriminator } = game.players
  const ups = pairedPlaces(recorded.layers("G"), ["project", "up1", "up2", "up3", "up4"])
  const downs = pairedPlaces(recorded.layers("D"), ["conv1", "conv2", "conv3", "conv4", "scores"])
  const inMap = downs["scores/kernel"]!.layout.order.length
  const played = await playGame({
    engine,
    game: drawing(game),
    players: {
      generator: recordedPlayer(
        recorded,
        generator!,
        asDense(ups, "project/kernel", [3, 0, 1, 2], config.nz),
      ),
      discriminator: recordedPlayer(
        recorded,
        discriminator!,
        asDense(downs, "scores/kernel", [0, 1, 2, 3], inMap),
      ),
    },
    steps,
    batch: (step) => ({ image: batchOf(real, step), ...drawn({ latent: batchOf(noise, step) }) }),
  })
  const of = (name: string) => played.losses.map((reported) => reported[name]!)
  return {
    losses: { errD: of("discriminator/adversarial"), errG: of("generator/adversarial") },
    grad0: played.grad0,
    after: played.after,
  }
}

/**
 * A convolution that sees or makes a whole map is a dense layer here.
 * @param axes of the convolution's kernel, `[h, w, in, out]` (transposed: `[h, w, out, in]`), in the order of the dense kernel's
 */
function asDense(places: Places, name: string, axes: readonly number[], inputs: number): Places {
  const { tensor, layout } = places[name]!
  const { order } = permuted(layout.shape, axes)
  const dense = { shape: [inputs, order.length / inputs], order: order.map((at) => layout.order[at]!) }
  return { ...places, [name]: { tensor, layout: dense } }
}

async function playWganGp(recorded: Trajectory, engine: Engine): Promise<Played> {
  const { config } = recorded
  const moves: number = config.nCritic
  const steps = recorded.steps * moves
  const [real, noise, shares] = ["data.real", "data.noiseD", "data.epsilon"].map((name) =>
    inOrder(recorded.tensor(name)),
  )
  const noiseOfGenerator = recorded.tensor("data.noiseG")
  const latent = noise!.shape.at(-1)!
  const players = {
    generator: layeredPlayer(
      recorded,
      layeredNetwork(recorded.layers("G"), { input: [latent] }, "G"),
      "latent",
      "image",
    ),
    discriminator: layeredPlayer(
      recorded,
      layeredNetwork(recorded.layers("D"), { input: fieldOf(real!).shape }, "D"),
      "image",
      "scores",
    ),
  }
  const game = gameOf({
    generator: given(players.generator),
    discriminator: given(players.discriminator),
    losses: [
      adversarial.plugin.build({ objective: "wasserstein", weight: 1 }),
      gradientPenalty.plugin.build({ target: 1, weight: config.lambda_ }),
    ],
    latent,
    batch: config.batch,
    image: fieldOf(real!),
    criticMoves: moves,
    beta2: 0.9,
    rate: 1e-4,
  })
  const played = await playGame({
    engine,
    game: drawing(game),
    players,
    steps,
    batch: (step) => ({
      image: batchOf(real!, step),
      ...drawn({
        latent: batchOf(noise!, step),
        "generator/latent": batchOf(noiseOfGenerator, Math.floor(step / moves)),
        "gradientPenalty/share": batchOf(shares!, step),
      }),
    }),
  })
  const of = (name: string, factor = 1) =>
    played.losses.flatMap((reported) => (reported[name] === undefined ? [] : [factor * reported[name]]))
  return {
    losses: {
      D_cost: of("discriminator/total"),
      gradient_penalty: of("discriminator/gradientPenalty", config.lambda_),
      G_cost: of("generator/adversarial"),
    },
    grad0: played.grad0,
    after: played.after,
  }
}

interface Rules {
  readonly generator: Model
  readonly discriminator: Model
  readonly losses: readonly AnyLoss[]
  readonly latent: number
  readonly batch: number
  readonly image: Field
  readonly criticMoves?: number
  readonly beta2: number
  readonly rate: number
}

function gameOf({ batch, image, beta2, rate, ...rules }: Rules): Game {
  const optimiser = watched(makeAdam({ rate, beta1: 0.5, beta2 }))
  return ganGame({ ...rules, optimiser }, { fields: { image }, batch, seed: 0 })
}
