import type { Engine } from "@saddlepoint/engine/engine"
import type * as tf from "@saddlepoint/engine/tf"
import type { Game, Learn, Players, Scene } from "../../contracts/game.ts"
import type { AdversarialLoss, AnyLoss } from "../../contracts/loss.ts"
import type { Player, Values } from "../../contracts/player.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { relativistic } from "../../losses/relativistic.ts"
import { ganGame } from "../../methods/samples/ganGame.ts"
import { residualDiscriminator } from "../../models/snganDiscriminator.ts"
import { residualGenerator } from "../../models/snganGenerator.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import type { Played } from "../format/compare.ts"
import type { Family } from "../format/family.ts"
import type { Trajectory } from "../format/trajectory.ts"
import type { Places } from "../playing/layerTable.ts"
import { alike, flattened, kernel, moved } from "../playing/layout.ts"
import { batchOf, fieldOf, playGame } from "../playing/playGame.ts"
import { drawing, drawn, inOrder, objecting } from "../playing/recordedDraws.ts"
import { given, recordedPlayer } from "../playing/recordedPlayer.ts"
import { spectralEmbedding, spectralPlaces } from "../playing/spectralPlaces.ts"
import { watched } from "../playing/watched.ts"

/**
 * `ganGame` with the residual networks of `snganGenerator` and `snganDiscriminator`, told the class. On record the generator moves first, what is
 * generated is scored before what is real, and generated images have labels of their own.
 */
export const snganProjection: Family = { play: playSngan, leaveOut: [] }

async function playSngan(recorded: Trajectory, engine: Engine): Promise<Played> {
  const { config } = recorded
  const moves: number = config.nDis
  const steps = recorded.steps * moves
  const data = (name: string) => recorded.tensor(`data.${name}`)
  const [real, labels, latents, generatedLabels] = ["real", "y", "zD", "yD"].map((name) =>
    inOrder(data(name)),
  )
  const image = fieldOf(real!)
  const label = { shape: [], dtype: "int32", classes: config.numClasses } as const
  const players = {
    generator: generator(recorded, image.shape as [number, number, number]),
    discriminator: discriminator(recorded, image.shape),
  }
  const game = ganGame(
    {
      generator: given(players.generator),
      discriminator: given(players.discriminator),
      losses: [config.relativistic ? relativisticHinge : hinge],
      optimiser: watched(makeAdam({ rate: 2e-4, beta1: 0, beta2: 0.9 })),
      latent: config.dimZ,
      criticMoves: moves,
      conditions: ["label"],
    },
    { fields: { image, label }, batch: config.batch, seed: 0 },
  )
  const u: number[] = []
  const played = await playGame({
    engine,
    game: drawing(generatorFirst(scoredInOrder(game), moves)),
    players,
    steps,
    batch(step) {
      const outer = Math.floor(step / moves)
      return {
        image: batchOf(real!, step),
        label: batchOf(labels!, step),
        ...drawn({
          "discriminator:latent": batchOf(latents!, step),
          "generator:generator/latent": batchOf(data("zG"), outer),
        }),
        "discriminator/label": batchOf(generatedLabels!, step),
        "generator/label": batchOf(data("yG"), outer),
        ...(config.relativistic
          ? {
              "generator/image": batchOf(data("realG"), outer),
              "generator/real label": batchOf(data("yRealG"), outer),
            }
          : {}),
      }
    },
    async after(step) {
      if ((step + 1) % moves !== 0) return
      u.push(...(await players.discriminator.state["block1/conv1/u"]!.data()))
    },
  })
  const of = (name: string) =>
    played.losses.flatMap((reported) => (reported[name] === undefined ? [] : [reported[name]]))
  return {
    losses: { gen: of("generator/adversarial"), dis: of("discriminator/adversarial") },
    grad0: played.grad0,
    after: played.after,
    expect: { "expect.u.block1.c1": u },
  }
}

/** The generator moves before the first move of its critic in each step on record. */
function generatorFirst(game: Game, moves: number): Game {
  const [critic, learner] = game.moves as [Learn, Learn]
  return { ...game, moves: [{ ...learner, when: { every: moves } }, critic] }
}

/**
 * The same game, in which generated images have the labels that the batch holds for them, and are scored as soon as they are made:
 * before the real ones, which a spectral norm sees. The generator has real images of its own, where it looks at any.
 */
function scoredInOrder(game: Game): Game {
  return objecting(game, (move, scene) => {
    const { [`${move.name}/image`]: image, [`${move.name}/real label`]: label } = scene.batch
    return move.objective({
      ...scene,
      batch: image === undefined ? scene.batch : { ...scene.batch, image, label: label! },
      players: scoredFirst(scene, scene.batch[`${move.name}/label`]!),
    })
  })
}

function scoredFirst({ players }: Scene, label: tf.Tensor): Players {
  const scored = new Map<tf.Tensor, Values>()
  const { generator, discriminator } = players as Record<"generator" | "discriminator", Player>
  return {
    generator: {
      ...generator,
      apply(inputs, mode) {
        const made = generator.apply({ ...inputs, label }, mode)
        scored.set(made.image!, discriminator.apply({ image: made.image!, label }, mode))
        return made
      },
    },
    discriminator: {
      ...discriminator,
      apply: (inputs, mode) => scored.get(inputs.image!) ?? discriminator.apply(inputs, mode),
    },
  }
}

const hinge: AnyLoss = adversarial.plugin.build({ objective: "hinge", weight: 1 })

/** The hinge loss of relativistic averages, as the recorded code has it: a sum, and not half of it. */
const relativisticHinge: AnyLoss = {
  ...(relativistic.plugin.build({ objective: "hinge", average: true, weight: 1 }) as AdversarialLoss),
  name: "adversarial",
}

function generator(recorded: Trajectory, image: readonly [number, number, number]) {
  const { config } = recorded
  const innermost: number = config.bottomWidth
  const width: number = config.numFeatures
  const fields = {
    latent: { shape: [config.dimZ], dtype: "float32" },
    label: { shape: [], dtype: "int32", classes: config.numClasses },
  } as const
  const made = residualGenerator(
    {
      map: [innermost, innermost],
      channels: [16, 8, 4, 2, 1].map((times) => times * width),
      last: 1,
      image,
      upsampling: "bilinear",
      statistics: "moving",
      initialisation: "auto",
    },
    "generator",
    fields,
    0,
  )
  return recordedPlayer(recorded, made, generatorPlaces(recorded, innermost ** 2))
}

/** @param positions of the innermost map */
function generatorPlaces(recorded: Trajectory, positions: number): Places {
  const shapeOf = (tensor: string) => recorded.tensor(tensor).shape
  const vector = (name: string, tensor: string) => ({ [name]: { tensor, layout: alike(shapeOf(tensor)) } })
  const statistics = (name: string, tensor: string) => ({
    ...vector(`${name}/movingMean`, `${tensor}.running_mean`),
    ...vector(`${name}/movingVariance`, `${tensor}.running_var`),
  })
  const convolution = (name: string, tensor: string) => ({
    [`${name}/kernel`]: { tensor: `${tensor}.weight`, layout: kernel(shapeOf(`${tensor}.weight`)) },
    ...vector(`${name}/bias`, `${tensor}.bias`),
  })
  const conditional = (name: string, tensor: string) => ({
    ...vector(`${name}/gamma`, `${tensor}.weights.weight`),
    ...vector(`${name}/beta`, `${tensor}.biases.weight`),
    ...statistics(name, tensor),
  })
  const blocks = [1, 2, 3, 4].map((block) => {
    const [ours, theirs] = [`block${block}`, `G.block${block + 1}`]
    return {
      ...convolution(`${ours}/conv1`, `${theirs}.c1`),
      ...convolution(`${ours}/conv2`, `${theirs}.c2`),
      ...convolution(`${ours}/shortcut`, `${theirs}.c_sc`),
      ...conditional(`${ours}/norm1`, `${theirs}.b1`),
      ...conditional(`${ours}/norm2`, `${theirs}.b2`),
    }
  })
  const dense = kernel(shapeOf("G.l1.weight"))
  const channels = dense.shape[1]! / positions
  const place = (at: number) => (at % channels) * positions + Math.floor(at / channels)
  return {
    "project/kernel": { tensor: "G.l1.weight", layout: moved(dense, 1, place) },
    "project/bias": { tensor: "G.l1.bias", layout: flattened(alike(shapeOf("G.l1.bias")), channels) },
    ...Object.assign({}, ...blocks),
    ...vector("norm/gamma", "G.b6.weight"),
    ...vector("norm/beta", "G.b6.bias"),
    ...statistics("norm", "G.b6"),
    ...convolution("last", "G.conv6"),
  }
}

function discriminator(recorded: Trajectory, image: readonly number[]) {
  const { config } = recorded
  const width: number = config.numFeatures
  const fields = {
    image: { shape: image, dtype: "float32" },
    label: { shape: [], dtype: "int32", classes: config.numClasses },
  } as const
  const blocks = [1, 2, 4, 8, 16].map((times) => ({ channels: times * width, halves: true }))
  const made = residualDiscriminator(
    { blocks, weights: "spectral", initialisation: "auto" },
    "discriminator",
    fields,
    0,
  )
  const ofLayer = (name: string, theirs: string) =>
    spectralPlaces(recorded, { name, recorded: theirs, form: "hook" })
  const places = Object.assign(
    {},
    ...blocks.flatMap((_, at) => {
      const block = `block${at + 1}`
      return [
        ofLayer(`${block}/conv1`, `D.${block}.c1`),
        ofLayer(`${block}/conv2`, `D.${block}.c2`),
        ofLayer(`${block}/shortcut`, `D.${block}.c_sc`),
      ]
    }),
    ofLayer("scores", "D.l6"),
    spectralEmbedding(recorded, { name: "class", recorded: "D.l_y", form: "hook" }),
  )
  return recordedPlayer(recorded, made, places)
}
