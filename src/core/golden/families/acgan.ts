import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { Game, Learn, Objective, Scene } from "../../contracts/game.ts"
import type { Loss } from "../../contracts/loss.ts"
import type { Mode, Player, Values } from "../../contracts/player.ts"
import { ClassEmbedding } from "../../layers/classEmbedding.ts"
import { seededNormal } from "../../layers/seededInitialiser.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { negativeLogLikelihoods } from "../../losses/softmaxCrossEntropy.ts"
import { ganGame } from "../../methods/samples/ganGame.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import type { Played } from "../format/compare.ts"
import type { Family } from "../format/family.ts"
import type { NetworkLayer, Trajectory } from "../format/trajectory.ts"
import { type LayeredNetwork, layeredNetwork } from "../playing/layerTable.ts"
import { alike } from "../playing/layout.ts"
import { batchOf, fieldOf, playGame } from "../playing/playGame.ts"
import { drawing, drawn, objecting } from "../playing/recordedDraws.ts"
import { given, type RecordedPlayer, recordedPlayer } from "../playing/recordedPlayer.ts"
import { watched } from "../playing/watched.ts"

/**
 * `ganGame` with a discriminator that tells the class. On record the generator moves first, and the discriminator sees the very images that it
 * made; they have labels of their own; the losses are halved; the class logits are a softmax already.
 */
export const acgan: Family = {
  play: playAcgan,
  leaveOut: [
    {
      kind: "losses",
      names: /^d_(real|fake)_loss$/,
      why: "real and generated examples are in one term here, which is compared",
    },
    { kind: "losses", names: /^d_acc$/, why: "no loss" },
  ],
}

async function playAcgan(recorded: Trajectory, engine: Engine): Promise<Played> {
  const { config, steps } = recorded
  const [real, labels, latents, generatedLabels] = ["real", "labels", "z", "genLabels"].map((name) =>
    recorded.tensor(`data.${name}`),
  )
  const image = fieldOf(real!)
  const label = { shape: [], dtype: "int32", classes: config.classes } as const
  const players = {
    generator: generator(recorded),
    discriminator: discriminator(recorded, image.shape),
  }
  const classesOf = new WeakMap<tf.Tensor, tf.Tensor>()
  const game = ganGame(
    {
      generator: given(players.generator),
      discriminator: given(players.discriminator),
      losses: [
        adversarial.plugin.build({ objective: "bce", weight: 1 }),
        crossEntropyOf((logits) => classesOf.get(logits)),
      ],
      optimiser: watched(makeAdam({ rate: 2e-4, beta1: 0.5, beta2: 0.999 })),
      latent: config.latent,
      conditions: ["label"],
    },
    { fields: { image, label }, batch: config.batch, seed: 0 },
  )
  const played = await playGame({
    engine,
    game: drawing(generatorFirst(game, classesOf)),
    players,
    steps,
    batch: (step) => ({
      image: batchOf(real!, step),
      label: batchOf(labels!, step),
      "generated/label": batchOf(generatedLabels!, step),
      ...drawn({ latent: batchOf(latents!, step) }),
    }),
  })
  const of = (name: string) => played.losses.map((reported) => reported[name]!)
  return {
    losses: { g_loss: of("generator/total"), d_loss: of("discriminator/total") },
    grad0: played.grad0,
    after: played.after,
  }
}

/** What each move of the record counts of the sum of its losses: the generator's are two, the discriminator's four. */
const shares: Readonly<Record<string, number>> = { generator: 0.5, discriminator: 0.25 }

/**
 * The same game, in which the generator moves first and the discriminator sees what that move made.
 * @param classesOf gets the classes of logits: labels of generated images are their own
 */
function generatorFirst(game: Game, classesOf: WeakMap<tf.Tensor, tf.Tensor>): Game {
  const [second, first] = game.moves as [Learn, Learn]
  return objecting({ ...game, moves: [first, second] }, (move, scene) => {
    const label = scene.batch["generated/label"]!
    let made: tf.Tensor | undefined
    const { generator, discriminator } = scene.players as Record<"generator" | "discriminator", Player>
    const makes: Player = {
      ...generator,
      apply(inputs, mode) {
        made = scene.made.fake ?? generator.apply({ ...inputs, label }, mode).image!
        return { image: made }
      },
    }
    const judges: Player = {
      ...discriminator,
      apply(inputs, mode) {
        const judged = discriminator.apply(inputs, mode)
        classesOf.set(judged.classLogits!, inputs.image === made ? label : scene.batch.label!)
        return judged
      },
    }
    const players = { ...scene.players, generator: makes, discriminator: judges }
    const objective = move.objective({ ...scene, players } satisfies Scene)
    return scaled(objective, shares[move.name]!, made!)
  })
}

function scaled({ total, terms }: Objective, share: number, fake: tf.Tensor): Objective {
  const whole = tf.mul(total, share) as tf.Scalar
  return { total: whole, terms: { ...terms, total: whole }, made: { fake } }
}

/** Cross-entropy with the labels that belong to some logits. */
function crossEntropyOf(labelsOf: (logits: tf.Tensor) => tf.Tensor | undefined): Loss<"classification"> {
  const side = ({ logits }: { readonly logits: tf.Tensor }) =>
    negativeLogLikelihoods(logits, labelsOf(logits)!)
  return {
    role: "classification",
    name: "crossEntropy",
    weight: 1,
    scope: "example",
    sides: { learner: side, opponent: side },
    laws: { undecided: Math.log, certain: 0 },
  }
}

const weights = (models: readonly tf.LayersModel[], which: "trainableWeights" | "nonTrainableWeights") =>
  Object.fromEntries(
    models.flatMap((model) =>
      model[which].map((weight) => [weight.originalName, weight.read() as tf.Variable] as const),
    ),
  )

/** A player of several networks. */
function playerOf(
  recorded: Trajectory,
  networks: readonly LayeredNetwork[],
  apply: (inputs: Values, call: { readonly training: boolean }) => Values,
): RecordedPlayer {
  const models = networks.map(({ model }) => model)
  const player: Player = {
    variables: weights(models, "trainableWeights"),
    state: weights(models, "nonTrainableWeights"),
    apply: (inputs, mode: Mode) => apply(inputs, { training: mode === "train" }),
    dispose: () => {
      for (const model of models) model.dispose()
    },
  }
  return recordedPlayer(recorded, player, Object.assign({}, ...networks.map(({ places }) => places)))
}

const run = ({ model }: LayeredNetwork, x: tf.Tensor, call: { readonly training: boolean }) =>
  model.apply(x, { ...call }) as tf.Tensor

/** The class's vector times the latent, and the recorded layers. */
function generator(recorded: Trajectory): RecordedPlayer {
  const { config } = recorded
  const [embedding, ...layers] = recorded.layers("G") as [NetworkLayer, ...NetworkLayer[]]
  const initialiser = seededNormal({ seed: 0, player: "recorded", variable: embedding.name })
  const label = tf.input({ shape: [], name: "G/label", dtype: "int32" })
  const vectors = new ClassEmbedding({
    name: embedding.name,
    classes: config.classes,
    size: config.latent,
    initialiser,
  })
  const tensor = embedding.tensors!.weight!
  const classes: LayeredNetwork = {
    model: tf.model({ inputs: label, outputs: vectors.apply(label) as tf.SymbolicTensor, name: "G/classes" }),
    places: {
      [`${embedding.name}/embedding`]: { tensor, layout: alike(recorded.tensor(tensor).shape) },
    },
  }
  const rest = layeredNetwork(layers, { input: [config.latent] }, "G")
  return playerOf(recorded, [classes, rest], (inputs, call) => ({
    image: run(rest, tf.mul(run(classes, inputs.label!, call), inputs.latent!), call),
  }))
}

/** The recorded convolutions with both heads. */
function discriminator(recorded: Trajectory, image: readonly number[]): RecordedPlayer {
  const layers = recorded.layers("D")
  const named = (beginning: string) => layers.filter(({ name }) => name.startsWith(beginning))
  const trunk = layeredNetwork(named("conv_blocks"), { input: image }, "D")
  const map = trunk.model.outputs[0]!.shape.slice(1) as number[]
  const [scores, classLogits] = ["adv_layer", "aux_layer"].map((head) =>
    layeredNetwork(named(head), { input: map }, `D/${head}`),
  )
  return playerOf(recorded, [trunk, scores!, classLogits!], (inputs, call) => {
    const features = run(trunk, inputs.image!, call)
    return {
      scores: run(scores!, features, call),
      classLogits: tf.softmax(run(classLogits!, features, call)),
    }
  })
}
