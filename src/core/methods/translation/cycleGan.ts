import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../../contracts/axis.ts"
import type { Dataset } from "../../contracts/dataset.ts"
import type { AnyLoss } from "../../contracts/loss.ts"
import type { MethodFacts, TranslationsMethod } from "../../contracts/method.ts"
import type { Mistake } from "../../contracts/mistake.ts"
import type { AnyOptimiser } from "../../contracts/optimiser.ts"
import { type Model, refusalsOfModel } from "../../contracts/player.ts"
import { type Options, type Plugin, type Use, use } from "../../contracts/plugin.ts"
import type { AnyData, DataWith, LabelsOf, Misfit, Unless } from "../../contracts/sentence.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { needsOf, unheardLosses } from "../../losses/compose.ts"
import { l1 } from "../../losses/l1.ts"
import { refusalsOfLosses } from "../../losses/refusalsOfLosses.ts"
import { patchGan } from "../../models/patchGan.ts"
import { resnetGenerator } from "../../models/resnetGenerator.ts"
import { adam } from "../../optimisers/adam.ts"
import { type CycleOrder, cycleGame } from "./cycleGame.ts"
import { unpairedOf } from "./unpairedDomains.ts"

interface CycleGanOptions {
  /** Images of each domain in a batch; 1 by default, as in the paper. */
  readonly batch: number
  /**
   * Weight of both identity terms, as a share of the cycle's; 0.5 by default, as in the authors' Torch code. The paper has it
   * for paintings to photographs only.
   */
  readonly identity: number
  /** Images in each pool; 50 by default. */
  readonly pool: number
  readonly order: CycleOrder
}

interface Parts extends CycleGanOptions {
  readonly data: Dataset
  readonly generator: Model
  readonly discriminator: Model
  readonly optimiser: AnyOptimiser
  readonly discriminatorOptimiser?: AnyOptimiser
  readonly losses: readonly AnyLoss[]
}

const weight = (value: number) =>
  Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(value)),
  )

const unpairedFields = { "A.image": "image", "B.image": "image" } as const

export const cycleGanPlugin: Plugin<"method", TranslationsMethod> = {
  kind: "method",
  name: "cycleGan",
  version: 1,
  options: {
    batch: Schema.Int.check(Schema.isGreaterThan(0)).pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
    identity: weight(0.5),
    pool: Schema.Natural.pipe(Schema.withDecodingDefaultKey(Effect.succeed(50))),
    order: Schema.Literals(["joint", "alternating"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("joint" as const)),
    ),
  },
  slots: {
    data: { kind: "dataset" },
    generator: { kind: "model", default: resnetGenerator() },
    discriminator: { kind: "model", default: patchGan({ norm: "instance", conditional: false }) },
    optimiser: { kind: "optimiser", default: adam() },
    discriminatorOptimiser: { kind: "optimiser", optional: true },
    losses: { kind: "loss", many: true, default: [adversarial("lsgan"), l1(10)] },
  },
  build: buildCycleGan,
}

/** What `cycleGan` is told; what is left out is as published. */
export type CycleGanSpec<Data extends AnyData = Sweepable<DataWith<typeof unpairedFields>>> = Unless<
  [
    Misfit<
      Data,
      DataWith<typeof unpairedFields>,
      "cycleGan learns from two sets of images, but these data do not have A.image and B.image; take unpaired()."
    >,
  ],
  CycleGanChoices & { readonly data: Data }
>

type CycleGanChoices = Partial<Options<CycleGanOptions>> & {
  /** Of both directions; `resnetGenerator()` by default. */
  readonly generator?: Sweepable<Use<"model", { part: "generator" }>>
  /** Of both domains; the 70-pixel PatchGAN with instance norm by default. */
  readonly discriminator?: Sweepable<Use<"model", { part: "discriminator"; conditional: false }>>
  /**
   * `[adversarial("lsgan"), l1(10)]` by default. Adversarial losses and gradient penalties count in both domains; reconstruction losses
   * compare an image with what comes back of it, and with `identity` times their weight an image of the wanted domain with its translation.
   */
  readonly losses?: readonly Sweepable<Use<"loss", { role: "reconstruction" | "adversarial" | "critic" }>>[]
  /** Of all players; `adam()` by default: rate 2e-4, beta1 0.5. */
  readonly optimiser?: Sweepable<Use<"optimiser">>
  /** Of the discriminators, in the place of `optimiser`: two time scales. */
  readonly discriminatorOptimiser?: Sweepable<Use<"optimiser">>
}

/**
 * Unpaired image translation (Zhu et al. 2017, "Unpaired image-to-image translation using cycle-consistent adversarial
 * networks"); see `cycleGame` for the game. It answers images of domain A with their translations to B. Images are
 * neither jittered nor flipped.
 */
export function cycleGan<const Data extends AnyData>(
  spec: CycleGanSpec<Data>,
): Use<"method", MethodFacts<LabelsOf<Data>, "translations">> {
  return use(cycleGanPlugin, { ...(spec as object) })
}

function buildCycleGan(parts: Parts): TranslationsMethod {
  const { data, generator, discriminator, losses, batch } = parts
  return {
    answers: "translations",
    requires: unpairedFields,
    data,
    needs: needsOf(losses),
    mistakes: [
      ...cycleMistakes(losses),
      ...unheardLosses(losses, ["adversarial", "critic", "reconstruction"]),
    ],
    stages: (dataset) => [
      {
        name: "translation",
        share: 1,
        batch,
        data: async () => ({ streams: unpairedOf(dataset) }),
        play: ({ seed }) =>
          cycleGame(parts, {
            image: unpairedOf(dataset).A.fields.image!,
            fields: { A: "A.image", B: "B.image" },
            batch,
            seed,
          }),
      },
    ],
    async answer(_dataset, players) {
      return (given) => players.generatorAB!.apply({ image: given.input! }, "evaluate").image!
    },
    refuses(dataset) {
      const { A, B } = unpairedOf(dataset)
      const [image, other] = [A.fields.image!, B.fields.image!]
      const unlike =
        image.shape.join() === other.shape.join()
          ? []
          : [
              `Expected images of one shape in both domains, but got [${image.shape}] and [${other.shape}]; give both datasets the same size and channels.`,
            ]
      return [
        ...unlike,
        ...refusalsOfLosses(losses, image),
        ...refusalsOfModel(generator, { inputs: { image }, outputs: { image } }, "generator"),
        ...refusalsOfModel(discriminator, { inputs: { image } }, "discriminator"),
      ]
    },
  }
}

/** A cycle game without an adversarial loss would leave its discriminators untaught, and one without a distance its cycles open. */
export function cycleMistakes(losses: readonly AnyLoss[]): Mistake[] {
  const lacks = (role: AnyLoss["role"]) => losses.every((loss) => loss.role !== role)
  const wanted = [
    ...(lacks("adversarial") ? ['an adversarial loss, such as adversarial("lsgan")'] : []),
    ...(lacks("reconstruction") ? ["a reconstruction loss for the cycles, such as l1(10)"] : []),
  ]
  return wanted.map((what) => ({ path: ["losses"], message: `expected ${what} but got none; add it` }))
}
