import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../../contracts/axis.ts"
import type { Dataset, OpenDataset } from "../../contracts/dataset.ts"
import type { Objective, Players, Stage, Turn } from "../../contracts/game.ts"
import type { AdversarialLoss, Loss } from "../../contracts/loss.ts"
import type { ImageMethod, MethodFacts } from "../../contracts/method.ts"
import type { Mistake } from "../../contracts/mistake.ts"
import type { Optimiser } from "../../contracts/optimiser.ts"
import { adam } from "../../optimisers/adam.ts"
import type { Model } from "../../contracts/player.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"

interface Pix2PixParts {
  readonly data: Dataset
  readonly generator: Model
  readonly discriminator?: Model
  readonly losses: readonly Loss[]
  readonly optimiser: Optimiser
  readonly batch: number
}

export const pix2pixPlugin: Plugin<"method", ImageMethod> = {
  kind: "method",
  name: "pix2pix",
  version: 1,
  options: {
    batch: Schema.Int.check(Schema.isGreaterThan(0)).pipe(Schema.withDecodingDefaultKey(Effect.succeed(4))),
  },
  slots: {
    data: { kind: "dataset" },
    generator: { kind: "model" },
    discriminator: { kind: "model", optional: true },
    losses: { kind: "loss", many: true },
    optimiser: { kind: "optimiser", default: adam() },
  },
  build: buildPix2Pix,
}

interface Pix2PixBase<Labels extends boolean> {
  readonly data: Sweepable<Use<"dataset", { contract: "paired"; labels: Labels }>>
  readonly generator: Sweepable<Use<"model", { part: "generator" }>>
  /** Images in a batch; 4 by default (the paper's is 1). */
  readonly batch?: Sweepable<number>
  /** Of both players; `adam()` by default: rate 2e-4, beta1 0.5. */
  readonly optimiser?: Sweepable<Use<"optimiser">>
}

/** With an opponent, losses may be fixed or adversarial; without one, only fixed. */
export type Pix2PixSpec<Labels extends boolean = boolean> = Pix2PixBase<Labels> &
  (
    | {
        readonly discriminator: Sweepable<Use<"model", { part: "discriminator"; conditional: boolean }>>
        readonly losses: readonly Sweepable<Use<"loss", { role: Loss["role"] }>>[]
      }
    | {
        readonly discriminator?: never
        readonly losses: readonly Sweepable<Use<"loss", { role: "reconstruction" }>>[]
      }
  )

/**
 * Paired image translation (Isola et al. 2017, "Image-to-image translation with conditional adversarial networks").
 * The generator answers an input image; fixed losses compare it with the target, adversarial losses with what the
 * discriminator thinks of `(input, image)`. Without a discriminator it is a fixed loss alone.
 *
 * One step is the discriminator's turn (real and fake terms summed, not halved, as in the authors' Torch code), then
 * the generator's turn against the updated discriminator. Images are not jittered.
 */
export function pix2pix<const Labels extends boolean>(
  spec: Pix2PixSpec<Labels>,
): Use<"method", MethodFacts<Labels, "images">> {
  return use(pix2pixPlugin, { ...spec })
}

function buildPix2Pix(parts: Pix2PixParts): ImageMethod {
  const { data, generator, discriminator } = parts
  return {
    requires: "paired",
    data,
    mistakes: mistakesOf(parts),
    stages: (dataset) => [translation(parts, dataset)],
    async answer(_dataset, players) {
      return (batch) => players.generator!.apply([batch.input!], "evaluate")
    },
    refuses(dataset) {
      const { input, target } = shapes(dataset)
      return [...(generator.refuses?.([input]) ?? []), ...(discriminator?.refuses?.([input, target]) ?? [])]
    },
  }
}

function translation(parts: Pix2PixParts, dataset: OpenDataset): Stage {
  const { generator, discriminator, losses, optimiser, batch } = parts
  const adversarial = losses.filter((loss) => loss.role === "adversarial")
  return {
    name: "translation",
    share: 1,
    batch,
    data: async () => dataset.splits.train,
    play({ seed }) {
      const { input, target } = shapes(dataset)
      const players: Record<string, ReturnType<Model["player"]>> = {
        generator: generator.player("generator", [input], seed),
      }
      const turns: Turn[] = [
        { name: "generator", learns: ["generator"], optimiser, objective: generatorObjective(losses) },
      ]
      if (discriminator !== undefined) {
        players.discriminator = discriminator.player("discriminator", [input, target], seed)
        turns.unshift({
          name: "discriminator",
          learns: ["discriminator"],
          optimiser,
          objective: discriminatorObjective(adversarial),
        })
      }
      return { players, turns }
    },
  }
}

function discriminatorObjective(losses: readonly AdversarialLoss[]): Turn["objective"] {
  return (batch, players) => {
    const { input, target } = batch
    const fake = players.generator!.apply([input!], "train")
    const realScores = players.discriminator!.apply([input!, target!], "train")
    const fakeScores = players.discriminator!.apply([input!, fake], "train")
    // A weight says how much the generator minds its opponent; the opponent itself learns from the whole loss.
    const whole = losses.map((loss) => ({ ...loss, weight: 1 }))
    return weighted(whole, (loss) => loss.discriminator(realScores, fakeScores))
  }
}

function generatorObjective(losses: readonly Loss[]): Turn["objective"] {
  return (batch, players) => {
    const { input, target } = batch
    const output = players.generator!.apply([input!], "train")
    const scores = judged(players, input!, target!, output, losses)
    return weighted(losses, (loss) =>
      loss.role === "reconstruction"
        ? loss.compute(output, target!)
        : loss.generator(scores!.fake, scores!.real),
    )
  }
}

function judged(
  players: Players,
  input: tf.Tensor,
  target: tf.Tensor,
  output: tf.Tensor,
  losses: readonly Loss[],
) {
  if (!losses.some((loss) => loss.role === "adversarial")) return undefined
  const fake = players.discriminator!.apply([input, output], "train")
  const real = players.discriminator!.apply([input, target], "train")
  return { fake, real }
}

/** The weighted sum of the losses' batch means; terms are reported unweighted under their names. */
function weighted<L extends Loss>(losses: readonly L[], compute: (loss: L) => tf.Tensor): Objective {
  const terms: Record<string, tf.Scalar> = {}
  const parts = losses.map((loss, index) => {
    const value = tf.mean(compute(loss)) as tf.Scalar
    terms[loss.name in terms ? `${loss.name}.${index}` : loss.name] = value
    return tf.mul(value, loss.weight)
  })
  return { total: tf.addN(parts) as tf.Scalar, terms }
}

function shapes(dataset: OpenDataset) {
  const { input, target } = dataset.splits.train.fields
  return { input: input!.shape, target: target!.shape }
}

/** Losses and opponent go together: an adversarial loss needs a discriminator, and a discriminator a loss to learn from. */
function mistakesOf({ losses, discriminator }: Pix2PixParts): Mistake[] {
  const adversarial = losses.findIndex((loss) => loss.role === "adversarial")
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
  if (adversarial < 0 && discriminator !== undefined) {
    const message =
      'expected an adversarial loss for the discriminator to learn from but got none; add adversarial("bce") to losses'
    return [{ path: ["discriminator"], message }]
  }
  return []
}
