import type * as tf from "@saddlepoint/engine/tf"
import type { Fields } from "../../contracts/field.ts"
import {
  type Batch,
  type Game,
  type Learn,
  learn,
  nCritic,
  type Objective,
  type Scene,
} from "../../contracts/game.ts"
import type { AnyLoss, Roles } from "../../contracts/loss.ts"
import type { AnyOptimiser } from "../../contracts/optimiser.ts"
import type { Model, Values } from "../../contracts/player.ts"
import { asLearner } from "../../losses/asLearner.ts"
import { objectiveOf, ofRole, termsOf } from "../../losses/compose.ts"
import { featuresOf } from "../../losses/featuresOf.ts"
import { untrained } from "../untrained.ts"
import { averaging } from "./averaging.ts"
import { clipWeights } from "./clipWeights.ts"
import { packed, packedShape } from "./packing.ts"
import { type Judge, type Unrolling, unrolled } from "./unrolling.ts"

/** What a generative model makes: images, or points of data that have no images. */
export const exampleOf = (fields: Readonly<Record<string, unknown>>): "image" | "point" =>
  fields.image === undefined ? "point" : "image"

/** How images or points are learnt to be made out of noise. */
export interface GanRules {
  readonly generator: Model
  readonly discriminator: Model
  readonly losses: readonly AnyLoss[]
  /** Of the generator, and of the discriminator where that has none of its own. */
  readonly optimiser: AnyOptimiser
  readonly discriminatorOptimiser?: AnyOptimiser
  /** Numbers of a latent vector, drawn from N(0, 1). */
  readonly latent: number
  /**
   * Moves of the discriminator for each of the generator; 1 where left out. With more, the stage's `counts` should say that the budget
   * is in moves of the generator, and the generator draws latents of its own; with one both see the same images.
   */
  readonly criticMoves?: number
  /** Fields of the batch that both players are told beside what they see, e.g. `label`. */
  readonly conditions?: readonly string[]
  /** Examples that the discriminator sees at once, all real or all generated (PacGAN, Lin et al. 2018); 1 where left out. */
  readonly packing?: number
  /** Every weight of the discriminator is clipped to [-c, c] after its move (WGAN, Arjovsky et al. 2017, algorithm 1). */
  readonly clip?: number
  /**
   * Share of itself that the average of the generator keeps at each of its moves (Karras et al. 2018: 0.999); the player `averaged`. None is
   * kept where left out.
   */
  readonly average?: number
  /** How far the generator looks ahead; it looks at the discriminator as it is where left out. */
  readonly unroll?: Unrolling
}

/** Where the game is played. */
export interface GanTable {
  /** Fields of the training split: `image` or `point`, and the conditions. */
  readonly fields: Fields
  readonly batch: number
  readonly seed: number
}

/** Whether the discriminator is to tell the class, in the place of being told (ACGAN): where a loss is of its class logits. */
export const tellsClass = (losses: readonly AnyLoss[]): boolean => ofRole(losses, "classification").length > 0

/** The fields of the players of a game. */
export function ganFields(
  {
    latent,
    conditions = [],
    packing = 1,
    losses,
  }: Pick<GanRules, "latent" | "conditions" | "packing" | "losses">,
  fields: Fields,
) {
  const told = Object.fromEntries(conditions.map((name) => [name, fields[name]!]))
  const name = exampleOf(fields)
  const example = fields[name]!
  const seen = { ...example, shape: packedShape(example.shape, packing) }
  const { label: _label, ...untold } = told
  const classLogits = { shape: [fields.label?.classes ?? 0], dtype: "float32" as const }
  return {
    generator: {
      inputs: { latent: { shape: [latent], dtype: "float32" as const }, ...told },
      outputs: { [name]: example },
    },
    discriminator: tellsClass(losses)
      ? { inputs: { [name]: seen, ...untold }, outputs: { classLogits } }
      : { inputs: { [name]: seen, ...told } },
  }
}

/** Those of a batch's fields that the players are told. */
export function conditionsIn(batch: Batch, conditions: readonly string[] = []): Batch {
  return Object.fromEntries(conditions.map((name) => [name, batch[name]!]))
}

/**
 * The game of a generative adversarial network (Goodfellow et al. 2014, algorithm 1): the discriminator moves first, then the
 * generator against it as it has become. Real and generated images never share a batch. Players: `generator`, `discriminator`; moves
 * of the same names; with `average` also the player `averaged`, whom nobody plays against.
 */
export function ganGame(rules: GanRules, { fields, batch, seed }: GanTable): Game {
  const { generator, discriminator, criticMoves = 1, clip, average } = rules
  const played = ganFields(rules, fields)
  const table = { batch, name: exampleOf(fields) }
  const generates = generatorMove(rules, table)
  const when = criticMoves === 1 ? {} : { when: nCritic(criticMoves) }
  const made = () => generator.player("generator", played.generator, seed)
  return {
    players: {
      generator: made(),
      // Of the same name and seed, so that it starts as the generator does.
      ...(average === undefined ? {} : { averaged: untrained(made()) }),
      discriminator: discriminator.player("discriminator", played.discriminator, seed),
    },
    moves: [
      discriminatorMove(rules, table),
      ...(clip === undefined ? [] : [clipWeights("discriminator", clip)]),
      { ...generates, ...when },
      ...(average === undefined
        ? []
        : [averaging({ from: "generator", into: "averaged", decay: average, ...when })]),
    ],
  }
}

/** What a move plays with. */
interface Played {
  readonly batch: number
  readonly name: "image" | "point"
}

function discriminatorMove(rules: GanRules, played: Played): Learn {
  const { optimiser, discriminatorOptimiser = optimiser } = rules
  return learn({
    name: "discriminator",
    learns: ["discriminator"],
    optimiser: discriminatorOptimiser,
    objective(scene) {
      const fake = generated(rules, scene, "latent", played)
      return opponentObjective(rules, scene, { ...played, fake, judge: theDiscriminator(scene) })
    },
  })
}

/** Who judges generated examples. */
interface Judging extends Played {
  readonly fake: tf.Tensor
  readonly judge: Judge
}

/** What a discriminator lowers, by what it says. */
function opponentObjective(rules: GanRules, scene: Scene, { judge, ...played }: Judging): Objective {
  const { losses } = rules
  const real = packed(scene.batch[played.name]!, rules.packing)
  const fake = packed(played.fake, rules.packing)
  const says = (seen: tf.Tensor) => judge(shownTo(rules, scene, seen, played))
  const adversarial = { real: says(real), fake: says(fake) }
  const score = (seen: tf.Tensor) => says(seen).scores!
  const shown = { adversarial, critic: { real, fake, score }, ...classified(adversarial.real, scene) }
  const side = "opponent"
  return objectiveOf([
    ...termsOf(losses, shown, scene, { side }),
    // Odena et al. 2017, equation 3: the classes of real and of generated examples, one sum.
    ...termsOf(losses, classified(adversarial.fake, scene), scene, {
      side,
      name: ({ name }) => `${name}/generated`,
    }),
  ])
}

function generatorMove(rules: GanRules, played: Played): Learn {
  const { losses, optimiser, criticMoves = 1 } = rules
  return learn({
    name: "generator",
    learns: ["generator"],
    optimiser,
    objective(scene) {
      const fake = generated(rules, scene, criticMoves === 1 ? "latent" : "generator/latent", played)
      const judge = judgeOf(rules, scene, { ...played, fake, judge: theDiscriminator(scene) })
      const says = (seen: tf.Tensor) => judge(shownTo(rules, scene, packed(seen, rules.packing), played))
      const adversarial = asLearner(says(fake), () => says(scene.batch[played.name]!))
      const features = {
        output: featuresOf(adversarial.fake),
        get target() {
          return featuresOf(adversarial.real)
        },
      }
      const shown = {
        adversarial,
        features,
        regulariser: { values: { [played.name]: fake } },
        ...classified(adversarial.fake, scene),
      }
      return objectiveOf(termsOf(losses, shown, scene, { side: "learner" }))
    },
  })
}

/** What the discriminator says of the class, where it tells one; generated examples are of the classes that their generator was told. */
function classified(
  { classLogits: logits }: Values,
  { batch: { label } }: Scene,
): { readonly classification?: Roles["classification"] } {
  return logits === undefined || label === undefined ? {} : { classification: { logits, labels: label } }
}

function generated(
  { latent, conditions }: GanRules,
  scene: Scene,
  draw: string,
  { batch, name }: Played,
): tf.Tensor {
  const inputs = {
    latent: scene.draw(draw, [batch, latent], { kind: "normal" }),
    ...conditionsIn(scene.batch, conditions),
  }
  return scene.players.generator!.apply(inputs, "train")[name]!
}

/** The discriminator as it is. */
const theDiscriminator =
  ({ players }: Scene): Judge =>
  (inputs) =>
    players.discriminator!.apply(inputs, "train")

/** Whom the generator plays against: the discriminator as it is, or as it will have become. */
function judgeOf(rules: GanRules, scene: Scene, judging: Judging): Judge {
  if (rules.unroll === undefined) return judging.judge
  return unrolled(
    scene.players.discriminator!,
    rules.unroll,
    (judge) => opponentObjective(rules, scene, { ...judging, judge }).total,
  )
}

/** What the discriminator sees of examples. */
function shownTo({ conditions }: GanRules, { batch }: Scene, seen: tf.Tensor, { name }: Played): Values {
  return { [name]: seen, ...conditionsIn(batch, conditions) }
}
