import type * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../../contracts/axis.ts"
import type { Dataset, OpenDataset } from "../../contracts/dataset.ts"
import type { Field, Fields } from "../../contracts/field.ts"
import { learn, type Move, type Objective, type Scene, type Stage } from "../../contracts/game.ts"
import type { AnyLoss, Role } from "../../contracts/loss.ts"
import type { MethodFacts, PairsMethod } from "../../contracts/method.ts"
import type { Mistake } from "../../contracts/mistake.ts"
import type { AnyOptimiser } from "../../contracts/optimiser.ts"
import { type Model, type Player, refusalsOfModel, type Values } from "../../contracts/player.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import type { AnyData, DataWith, LabelsOf, Misfit, Unless } from "../../contracts/sentence.ts"
import { asLearner } from "../../losses/asLearner.ts"
import { needsOf, objectiveOf, termsOf, unheardLosses } from "../../losses/compose.ts"
import { featuresOf, unseenFeatures } from "../../losses/featuresOf.ts"
import { refusalsOfLosses } from "../../losses/refusalsOfLosses.ts"
import { adam } from "../../optimisers/adam.ts"

interface Pix2PixParts {
  readonly data: Dataset
  readonly generator: Model
  readonly discriminator?: Model
  readonly losses: readonly AnyLoss[]
  readonly optimiser: AnyOptimiser
  readonly discriminatorOptimiser?: AnyOptimiser
  readonly batch: number
  readonly opponentShare?: number
}

const pairFields = { input: "image", target: "image" } as const

export const pix2pixPlugin: Plugin<"method", PairsMethod> = {
  kind: "method",
  name: "pix2pix",
  version: 1,
  options: {
    batch: Schema.Int.check(Schema.isGreaterThan(0)).pipe(Schema.withDecodingDefaultKey(Effect.succeed(4))),
    opponentShare: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0))),
  },
  slots: {
    data: { kind: "dataset" },
    generator: { kind: "model" },
    discriminator: { kind: "model", optional: true },
    losses: { kind: "loss", many: true },
    optimiser: { kind: "optimiser", default: adam() },
    discriminatorOptimiser: { kind: "optimiser", optional: true },
  },
  build: buildPix2Pix,
}

interface Pix2PixChoices {
  /** Images in a batch; 4 by default (the paper's is 1). */
  readonly batch?: Sweepable<number>
  /**
   * Of its loss that the discriminator learns from; 1 by default, as in the authors' Torch code. 0.5 in the paper (section 3.3), which
   * slows it down beside the generator.
   */
  readonly opponentShare?: Sweepable<number>
  /** Of both players; `adam()` by default: rate 2e-4, beta1 0.5. */
  readonly optimiser?: Sweepable<Use<"optimiser">>
  /** Of the discriminator, in the place of `optimiser`: two time scales. */
  readonly discriminatorOptimiser?: Sweepable<Use<"optimiser">>
}

type Generator = Use<"model", { readonly part: "generator" }>
type Discriminator = Use<"model", { readonly part: "discriminator"; readonly conditional: boolean }>
type FixedLoss = Use<"loss", { readonly role: "reconstruction" | "regulariser" }>
type HeardLoss = Use<"loss", { readonly role: Exclude<Role, "classification" | "domains"> }>
type AnyLosses = readonly Sweepable<Use<"loss">>[]

/** With an opponent, losses may be fixed or adversarial; without one, only fixed. */
export type Pix2PixSpec<
  Data extends AnyData = Sweepable<DataWith<typeof pairFields>>,
  Made extends Sweepable<Use<"model">> = Sweepable<Generator>,
  Losses extends AnyLosses = readonly Sweepable<HeardLoss>[],
  Opponent extends Sweepable<Use<"model">> | undefined = Sweepable<Discriminator>,
> = Unless<
  [
    Misfit<
      Data,
      DataWith<typeof pairFields>,
      "pix2pix learns from pairs, but these data do not have the images input and target; take pairs(), or cycleGan for unpaired images."
    >,
    Misfit<Made, Generator, "The generator of pix2pix is a model that makes images, such as unet().">,
    Misfit<
      Exclude<Opponent, undefined>,
      Discriminator,
      "The discriminator of pix2pix is a model that scores images, such as patchGan()."
    >,
    Misfit<
      Losses[number],
      HeardLoss,
      "pix2pix has no classes and no domains, so it listens to no loss of those."
    >,
    [Opponent] extends [undefined]
      ? Misfit<
          Losses[number],
          FixedLoss,
          "An adversarial loss, a penalty and a loss on features need a discriminator; add discriminator: patchGan()."
        >
      : never,
  ],
  Pix2PixChoices & {
    readonly data: Data
    readonly generator: Made
    readonly discriminator?: Opponent
    readonly losses: Losses
  }
>

/**
 * Paired image translation (Isola et al. 2017, "Image-to-image translation with conditional adversarial networks").
 * The generator answers an input image; fixed losses compare it with the target, adversarial losses with what the
 * discriminator thinks of `(input, image)`. Without a discriminator it is a fixed loss alone.
 *
 * One step is the discriminator's move, then the generator's against the updated discriminator. A loss on features (feature
 * matching) compares what the discriminator gives as `features.*` of the real and of the generated image. Images are not jittered.
 */
export function pix2pix<
  const Data extends AnyData,
  const Made extends Sweepable<Use<"model">>,
  const Losses extends AnyLosses,
  const Opponent extends Sweepable<Use<"model">> | undefined = undefined,
>(spec: Pix2PixSpec<Data, Made, Losses, Opponent>): Use<"method", MethodFacts<LabelsOf<Data>, "pairs">> {
  return use(pix2pixPlugin, { ...(spec as object) })
}

function buildPix2Pix(parts: Pix2PixParts): PairsMethod {
  const { data, generator, discriminator, losses } = parts
  return {
    answers: "pairs",
    requires: pairFields,
    data,
    needs: needsOf(losses),
    mistakes: mistakesOf(parts),
    stages: (dataset) => [translation(parts, dataset)],
    async answer(_dataset, players) {
      return (batch) => players.generator!.apply({ image: batch.input! }, "evaluate").image!
    },
    refuses(dataset) {
      const { input, target } = fieldsOf(dataset)
      return [
        ...refusalsOfLosses(losses, target),
        ...refusalsOfModel(generator, { inputs: { image: input }, outputs: { image: target } }, "generator"),
        ...(discriminator === undefined
          ? []
          : refusalsOfModel(
              discriminator,
              { inputs: seenBy(discriminator, input, target) },
              "discriminator",
            )),
      ]
    },
  }
}

function translation(parts: Pix2PixParts, dataset: OpenDataset): Stage {
  const { generator, discriminator, losses, optimiser, batch, opponentShare = 1 } = parts
  const { discriminatorOptimiser = optimiser } = parts
  return {
    name: "translation",
    share: 1,
    batch,
    data: async () => dataset.splits.train,
    play({ seed }) {
      const { input, target } = fieldsOf(dataset)
      const players: Record<string, Player> = {
        generator: generator.player(
          "generator",
          { inputs: { image: input }, outputs: { image: target } },
          seed,
        ),
      }
      const moves: Move[] = [
        learn({
          name: "generator",
          learns: ["generator"],
          optimiser,
          objective: (scene) => generatorObjective(losses, scene),
        }),
      ]
      if (discriminator !== undefined) {
        const inputs = seenBy(discriminator, input, target)
        players.discriminator = discriminator.player("discriminator", { inputs }, seed)
        moves.unshift(
          learn({
            name: "discriminator",
            learns: ["discriminator"],
            optimiser: discriminatorOptimiser,
            objective: (scene) => discriminatorObjective(losses, opponentShare, scene),
          }),
        )
      }
      return { players, moves }
    },
  }
}

function discriminatorObjective(losses: readonly AnyLoss[], factor: number, scene: Scene): Objective {
  const { batch, players } = scene
  const generated = players.generator!.apply({ image: batch.input! }, "train").image!
  const fake = judged(scene, generated)
  const real = judged(scene, batch.target!)
  const score = (image: tf.Tensor) => judged(scene, image).scores!
  const shown = { adversarial: { real, fake }, critic: { real: batch.target!, fake: generated, score } }
  return objectiveOf(termsOf(losses, shown, scene, { side: "opponent", factor }))
}

function generatorObjective(losses: readonly AnyLoss[], scene: Scene): Objective {
  const { batch, players } = scene
  const target = batch.target!
  const output = players.generator!.apply({ image: batch.input! }, "train").image!
  const alone = { reconstruction: { output, target }, regulariser: { values: { image: output } } }
  if (players.discriminator === undefined) {
    return objectiveOf(termsOf(losses, alone, scene, { side: "learner" }))
  }
  const adversarial = asLearner(judged(scene, output), () => judged(scene, target))
  const features = {
    output: featuresOf(adversarial.fake),
    get target() {
      return featuresOf(adversarial.real)
    },
  }
  const shown = { ...alone, adversarial, features }
  return objectiveOf(termsOf(losses, shown, scene, { side: "learner" }))
}

/** What the discriminator says of an image beside the batch's input. */
function judged({ batch, players }: Scene, image: tf.Tensor): Values {
  return players.discriminator!.apply({ condition: batch.input!, image }, "train")
}

/** A discriminator sees the input beside the image, unless it takes no condition. */
function seenBy({ takes }: Model, input: Field, target: Field): Fields {
  return takes.condition === undefined ? { image: target } : { condition: input, image: target }
}

function fieldsOf(dataset: OpenDataset) {
  const { input, target } = dataset.splits.train.fields
  return { input: input!, target: target! }
}

/** Losses and opponent go together: an adversarial loss needs a discriminator, and a discriminator a loss to learn from. */
function mistakesOf({ losses, discriminator }: Pix2PixParts): Mistake[] {
  const adversarial = losses.findIndex((loss) => loss.role === "adversarial")
  const seeing = losses.findIndex(({ role }) => role === "critic" || role === "features")
  if (losses.length === 0) {
    return [
      { path: ["losses"], message: "expected at least one loss but got none; add l1(100), for example" },
    ]
  }
  if (adversarial >= 0 && discriminator === undefined) {
    const message =
      "expected a discriminator for an adversarial loss but got none; add discriminator: patchGan(...)"
    return [{ path: ["losses", adversarial], message }]
  }
  if (seeing >= 0 && discriminator === undefined) {
    const message = `expected a discriminator for a loss of the role ${losses[seeing]!.role} but got none; add discriminator: patchGan(...)`
    return [{ path: ["losses", seeing], message }]
  }
  if (adversarial < 0 && discriminator !== undefined) {
    const message =
      'expected an adversarial loss for the discriminator to learn from but got none; add adversarial("bce") to losses'
    return [{ path: ["discriminator"], message }]
  }
  return [
    ...unheardLosses(losses, ["reconstruction", "regulariser", "adversarial", "critic", "features"]),
    ...(discriminator === undefined ? [] : unseenFeatures(losses, discriminator)),
  ]
}
