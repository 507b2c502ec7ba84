import type * as tf from "@saddlepoint/engine/tf"
import type { Fields } from "../../contracts/field.ts"
import { type Batch, type Game, type Learn, learn, nCritic, type Scene } from "../../contracts/game.ts"
import type { AnyLoss } from "../../contracts/loss.ts"
import type { AnyOptimiser } from "../../contracts/optimiser.ts"
import type { Model, Values } from "../../contracts/player.ts"
import { asLearner } from "../../losses/asLearner.ts"
import { objectiveOf, termsOf } from "../../losses/compose.ts"
import { featuresOf } from "../../losses/featuresOf.ts"

/** How images are learnt to be made out of noise. */
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
}

/** Where the game is played. */
export interface GanTable {
  /** Fields of the training split: `image`, and the conditions. */
  readonly fields: Fields
  readonly batch: number
  readonly seed: number
}

/** The fields of the players of a game. */
export function ganFields(
  { latent, conditions = [] }: Pick<GanRules, "latent" | "conditions">,
  fields: Fields,
) {
  const told = Object.fromEntries(conditions.map((name) => [name, fields[name]!]))
  const image = fields.image!
  return {
    generator: {
      inputs: { latent: { shape: [latent], dtype: "float32" as const }, ...told },
      outputs: { image },
    },
    discriminator: { inputs: { image, ...told } },
  }
}

/** Those of a batch's fields that the players are told. */
export function conditionsIn(batch: Batch, conditions: readonly string[] = []): Batch {
  return Object.fromEntries(conditions.map((name) => [name, batch[name]!]))
}

/**
 * The game of a generative adversarial network (Goodfellow et al. 2014, algorithm 1): the discriminator moves first, then the
 * generator against it as it has become. Real and generated images never share a batch. Players: `generator`, `discriminator`; moves
 * of the same names.
 */
export function ganGame(rules: GanRules, { fields, batch, seed }: GanTable): Game {
  const { generator, discriminator, criticMoves = 1 } = rules
  const played = ganFields(rules, fields)
  const moves = [discriminatorMove(rules, batch), generatorMove(rules, batch)]
  return {
    players: {
      generator: generator.player("generator", played.generator, seed),
      discriminator: discriminator.player("discriminator", played.discriminator, seed),
    },
    moves: criticMoves === 1 ? moves : [moves[0]!, { ...moves[1]!, when: nCritic(criticMoves) }],
  }
}

function discriminatorMove(rules: GanRules, batch: number): Learn {
  const { losses, optimiser, discriminatorOptimiser = optimiser } = rules
  return learn({
    name: "discriminator",
    learns: ["discriminator"],
    optimiser: discriminatorOptimiser,
    objective(scene) {
      const real = scene.batch.image!
      const fake = generated(rules, scene, "latent", batch)
      const score = (image: tf.Tensor) => judged(rules, scene, image).scores!
      const adversarial = { real: judged(rules, scene, real), fake: judged(rules, scene, fake) }
      return objectiveOf(
        termsOf(losses, { adversarial, critic: { real, fake, score } }, scene, { side: "opponent" }),
      )
    },
  })
}

function generatorMove(rules: GanRules, batch: number): Learn {
  const { losses, optimiser, criticMoves = 1 } = rules
  return learn({
    name: "generator",
    learns: ["generator"],
    optimiser,
    objective(scene) {
      const fake = generated(rules, scene, criticMoves === 1 ? "latent" : "generator/latent", batch)
      const adversarial = asLearner(judged(rules, scene, fake), () =>
        judged(rules, scene, scene.batch.image!),
      )
      const features = {
        output: featuresOf(adversarial.fake),
        get target() {
          return featuresOf(adversarial.real)
        },
      }
      const shown = { adversarial, features, regulariser: { values: { image: fake } } }
      return objectiveOf(termsOf(losses, shown, scene, { side: "learner" }))
    },
  })
}

function generated({ latent, conditions }: GanRules, scene: Scene, name: string, batch: number): tf.Tensor {
  const inputs = {
    latent: scene.draw(name, [batch, latent], { kind: "normal" }),
    ...conditionsIn(scene.batch, conditions),
  }
  return scene.players.generator!.apply(inputs, "train").image!
}

/** What the discriminator says of images. */
function judged({ conditions }: GanRules, { batch, players }: Scene, image: tf.Tensor): Values {
  return players.discriminator!.apply({ image, ...conditionsIn(batch, conditions) }, "train")
}
