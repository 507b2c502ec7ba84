import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { Game, Move } from "../../contracts/game.ts"
import type { Player } from "../../contracts/player.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { ganGame } from "../../methods/samples/ganGame.ts"
import { makeRmsProp } from "../../optimisers/rmsProp.ts"
import type { Played } from "../format/compare.ts"
import type { Family } from "../format/family.ts"
import type { NetworkLayer, Trajectory } from "../format/trajectory.ts"
import { layeredNetwork } from "../playing/layerTable.ts"
import { batchOf, fieldOf, playGame } from "../playing/playGame.ts"
import { drawing, drawn, inOrder, latents } from "../playing/recordedDraws.ts"
import { given, layeredPlayer, type RecordedPlayer } from "../playing/recordedPlayer.ts"
import { watched } from "../playing/watched.ts"

/**
 * `ganGame` with a critic whose weights are clipped. On record the critic's sign is the other way round (real low, generated high), and weights
 * are clipped before its move instead of after.
 */
export const wganClip: Family = {
  play: playWganClip,
  leaveOut: [
    {
      kind: "losses",
      names: /^errD_(real|fake)$/,
      why: "the two halves of the critic's loss are one term here, which is compared",
    },
  ],
}

async function playWganClip(recorded: Trajectory, engine: Engine): Promise<Played> {
  const { config } = recorded
  const moves: number = config.nCritic
  const steps = recorded.steps * moves
  const real = inOrder(recorded.tensor("data.real"))
  const noise = latents(inOrder(recorded.tensor("data.noiseD")))
  const noiseOfGenerator = latents(recorded.tensor("data.noiseG"))
  const image = fieldOf(real)
  const network = (name: string, input: readonly number[]) =>
    layeredNetwork(speakable(recorded.layers(name)), { input }, name)
  const players = {
    generator: asImages(layeredPlayer(recorded, network("G", [config.nz]), "latent", "image"), image.shape),
    discriminator: turned(layeredPlayer(recorded, network("D", image.shape), "image", "scores")),
  }
  const game = ganGame(
    {
      generator: given(players.generator),
      discriminator: given(players.discriminator),
      losses: [adversarial.plugin.build({ objective: "wasserstein", weight: 1 })],
      optimiser: watched(makeRmsProp({ rate: 5e-5 })),
      latent: config.nz,
      criticMoves: moves,
      clip: config.clip,
    },
    { fields: { image }, batch: config.batch, seed: 0 },
  )
  const played = await playGame({
    engine,
    game: drawing(clippingFirst(game)),
    players,
    steps,
    batch: (step) => ({
      image: batchOf(real, step),
      ...drawn({
        latent: batchOf(noise, step),
        "generator/latent": batchOf(noiseOfGenerator, Math.floor(step / moves)),
      }),
    }),
  })
  const of = (name: string) =>
    played.losses.flatMap((reported) => (reported[name] === undefined ? [] : [reported[name]]))
  return {
    losses: { errD: of("discriminator/adversarial"), errG: of("generator/adversarial") },
    grad0: played.grad0,
    after: played.after,
  }
}

/** The same game, whose critic is clipped before it moves. */
function clippingFirst(game: Game): Game {
  const isClip = ({ name }: Move) => name === "clip"
  return { ...game, moves: [...game.moves.filter(isClip), ...game.moves.filter((move) => !isClip(move))] }
}

/** Names of layers as TensorFlow.js allows them. */
const speakable = (layers: readonly NetworkLayer[]) =>
  layers.map((layer) => ({ ...layer, name: layer.name.replaceAll(":", "_") }))

/** A player whose images may come as rows of pixels: of one channel, which both orders of axes hold alike. */
function asImages(player: RecordedPlayer, shape: readonly number[]): RecordedPlayer {
  return applied(player, (inputs, mode) => {
    const { image } = player.apply(inputs, mode)
    return { image: image!.rank === 4 ? image! : tf.reshape(image!, [-1, ...shape]) }
  })
}

/** A critic that says the opposite. */
function turned(player: RecordedPlayer): RecordedPlayer {
  return applied(player, (inputs, mode) => ({ scores: tf.neg(player.apply(inputs, mode).scores!) }))
}

const applied = (player: RecordedPlayer, apply: Player["apply"]): RecordedPlayer => ({ ...player, apply })
