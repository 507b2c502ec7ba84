import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../../contracts/axis.ts"
import type { Dataset } from "../../contracts/dataset.ts"
import type { ImageMethod, MethodFacts } from "../../contracts/method.ts"
import { patchGan } from "../../models/patchGan.ts"
import { resnetGenerator } from "../../models/resnetGenerator.ts"
import type { Optimiser } from "../../contracts/optimiser.ts"
import { adam } from "../../optimisers/adam.ts"
import type { Model } from "../../contracts/player.ts"
import { type Options, type Plugin, type Use, use } from "../../contracts/plugin.ts"
import { type CycleOrder, cycleGame } from "./cycleGame.ts"
import { unpairedOf } from "./unpairedDomains.ts"

interface CycleGanOptions {
  /** Images of each domain in a batch; 1 by default, as in the paper. */
  readonly batch: number
  /** Weight of both cycle terms; 10 by default. */
  readonly cycle: number
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
  readonly optimiser: Optimiser
}

const weight = (value: number) =>
  Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(value)),
  )

export const cycleGanPlugin: Plugin<"method", ImageMethod> = {
  kind: "method",
  name: "cycleGan",
  version: 1,
  options: {
    batch: Schema.Int.check(Schema.isGreaterThan(0)).pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
    cycle: weight(10),
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
  },
  build: buildCycleGan,
}

/** What `cycleGan` is told; what is left out is as published. */
export type CycleGanSpec<Labels extends boolean = boolean> = Partial<Options<CycleGanOptions>> & {
  readonly data: Sweepable<Use<"dataset", { contract: "unpaired"; labels: Labels }>>
  /** Of both directions; `resnetGenerator()` by default. */
  readonly generator?: Sweepable<Use<"model", { part: "generator" }>>
  /** Of both domains; the 70-pixel PatchGAN with instance norm by default. */
  readonly discriminator?: Sweepable<Use<"model", { part: "discriminator"; conditional: false }>>
  /** Of all players; `adam()` by default: rate 2e-4, beta1 0.5. */
  readonly optimiser?: Sweepable<Use<"optimiser">>
}

/**
 * Unpaired image translation (Zhu et al. 2017, "Unpaired image-to-image translation using cycle-consistent adversarial
 * networks"); see `cycleGame` for the game. It answers images of domain A with their translations to B. Images are
 * neither jittered nor flipped.
 */
export function cycleGan<const Labels extends boolean>(
  spec: CycleGanSpec<Labels>,
): Use<"method", MethodFacts<Labels, "images">> {
  return use(cycleGanPlugin, { ...spec })
}

function buildCycleGan(parts: Parts): ImageMethod {
  const { data, generator, discriminator, optimiser, batch, cycle, identity, pool, order } = parts
  return {
    requires: "unpaired",
    data,
    stages: (dataset) => [
      {
        name: "translation",
        share: 1,
        batch,
        data: async () => ({ streams: unpairedOf(dataset) }),
        play: ({ seed }) =>
          cycleGame(
            {
              generator,
              discriminator,
              optimiser,
              pool,
              order,
              weights: { adversarialA: 1, adversarialB: 1, cycle, identity: identity * cycle },
            },
            {
              image: unpairedOf(dataset).A.fields.image!.shape,
              fields: { A: "A.image", B: "B.image" },
              batch,
              seed,
            },
          ),
      },
    ],
    async answer(_dataset, players) {
      return (given) => players.generatorAB!.apply([given.input!], "evaluate")
    },
    refuses(dataset) {
      const { A, B } = unpairedOf(dataset)
      const [one, other] = [A.fields.image!.shape, B.fields.image!.shape]
      const unlike =
        one.join() === other.join()
          ? []
          : [
              `Expected images of one shape in both domains, but got [${one}] and [${other}]; give both datasets the same size and channels.`,
            ]
      return [...unlike, ...(generator.refuses?.([one]) ?? []), ...(discriminator.refuses?.([one]) ?? [])]
    },
  }
}
