import * as Schema from "effect/Schema"
import type { Sweepable } from "../../contracts/axis.ts"
import type { Dataset, OpenDataset } from "../../contracts/dataset.ts"
import type { Stage } from "../../contracts/game.ts"
import type { MethodFacts, PointsMethod, SamplesMethod } from "../../contracts/method.ts"
import type { Mistake } from "../../contracts/mistake.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import type { AnyData, DataWith, LabelsOf, Misfit, Unless } from "../../contracts/sentence.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { adam } from "../../optimisers/adam.ts"
import { withDefault } from "../../optimisers/hyperparameters.ts"
import { momentsOf, withSnapshots } from "../snapshots.ts"
import { exampleOf, type GanRules, ganGame } from "./ganGame.ts"
import { sampling } from "./sampling.ts"

export interface GanParts extends Omit<GanRules, "conditions" | "unroll"> {
  readonly data: Dataset
  readonly batch: number
  readonly samples?: number
  /** Whether both players are told the class. */
  readonly conditional: boolean
  readonly unroll?: number
  readonly unrollRate?: number
  /** Copies of both players that are kept, evenly over training: so that it can be seen what they went through. */
  readonly snapshots?: number
}

const share = Schema.Finite.check(Schema.isGreaterThan(0), Schema.isLessThan(1))
const count = Schema.Int.check(Schema.isGreaterThan(0))

export const ganPlugin: Plugin<"method", SamplesMethod | PointsMethod> = {
  kind: "method",
  name: "gan",
  version: 1,
  options: {
    batch: withDefault(count, 64),
    latent: withDefault(count, 64),
    criticMoves: withDefault(count, 1),
    packing: withDefault(count, 1),
    clip: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0))),
    average: Schema.optionalKey(share),
    unroll: Schema.optionalKey(count),
    unrollRate: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0))),
    conditional: withDefault(Schema.Boolean, false),
    samples: Schema.optionalKey(count),
    snapshots: Schema.optionalKey(count),
  },
  slots: {
    data: { kind: "dataset" },
    generator: { kind: "model" },
    discriminator: { kind: "model" },
    losses: { kind: "loss", many: true, default: [adversarial("bce")] },
    optimiser: { kind: "optimiser", default: adam() },
    discriminatorOptimiser: { kind: "optimiser", optional: true },
  },
  build: buildGan,
}

interface GanChoices {
  readonly generator: Sweepable<Use<"model", { readonly part: "generator" }>>
  readonly discriminator: Sweepable<Use<"model", { readonly part: "discriminator" }>>
  /** Of both players; `adversarial("bce")` where left out. */
  readonly losses?: readonly Sweepable<Use<"loss">>[]
  /** Of both players; `adam()` by default: rate 2e-4, beta1 0.5. */
  readonly optimiser?: Sweepable<Use<"optimiser">>
  /** Of the discriminator, in the place of `optimiser`: two time scales. */
  readonly discriminatorOptimiser?: Sweepable<Use<"optimiser">>
  /** Examples in a batch; 64 by default. */
  readonly batch?: Sweepable<number>
  /** Numbers of a latent vector, drawn from N(0, 1); 64 by default. */
  readonly latent?: Sweepable<number>
  /** Moves of the discriminator for each of the generator, in which the budget then counts; 1 by default. */
  readonly criticMoves?: Sweepable<number>
  /** Examples that the discriminator sees at once (PacGAN, Lin et al. 2018); a divisor of the batch, 1 by default. */
  readonly packing?: Sweepable<number>
  /** Clips every weight of the discriminator to [-c, c] after its move (WGAN; 0.01 in Arjovsky et al. 2017); nothing is clipped by default. */
  readonly clip?: Sweepable<number>
  /**
   * Answers come from a moving average of the generator, which keeps this share of itself at each of its moves (Karras et al. 2018: 0.999);
   * from the generator itself where left out.
   */
  readonly average?: Sweepable<number>
  /** Steps of gradient descent that the generator looks ahead in its opponent (unrolled GAN, Metz et al. 2017); none by default. */
  readonly unroll?: Sweepable<number>
  /** Learning rate of these steps; 0.1 by default. */
  readonly unrollRate?: Sweepable<number>
  /**
   * Whether both players are told the class (Mirza and Osindero 2014); false by default. With a loss of classes among `losses` the
   * generator alone is.
   */
  readonly conditional?: Sweepable<boolean>
  /** Samples that are judged; as many as the test split has examples where left out. */
  readonly samples?: Sweepable<number>
  /**
   * Copies of both players that are kept, evenly over training, each with the weights of a trial: every metric judges each of them, and the page
   * tells whether training has converged or collapsed, and when. None by default.
   */
  readonly snapshots?: Sweepable<number>
}

type Images = DataWith<{ readonly image: "image" }>
type Points = DataWith<{ readonly point: "point" }>

/** With data of images or of points. */
export type GanSpec<Data extends AnyData, Choices = GanChoices> = Unless<
  [
    Misfit<
      Data,
      Images | Points,
      "A GAN learns from images or points, but these data have neither image nor point; take glyphs() or ringOfGaussians()."
    >,
  ],
  Choices & { readonly data: Data }
>

/** What a GAN of some data answers with. */
export type GanFacts<Data extends AnyData> = MethodFacts<
  LabelsOf<Data>,
  [Data] extends [Sweepable<Images>] ? "samples" : "points"
>

/**
 * A generative adversarial network (Goodfellow et al. 2014, algorithm 1), of images or of points: the discriminator moves first, then the generator
 * against it as it has become. What else it is its parts say: WGAN is `losses: [adversarial("wasserstein")]` with `clip: 0.01` and
 * `criticMoves: 5`, WGAN-GP has `gradientPenalty(10)` in the place of `clip`, PacGAN `packing: 2`, a conditional GAN `conditional: true`; `average: 0.999`
 * answers from a moving average of the generator.
 *
 * ACGAN (Odena et al. 2017) is a conditional GAN with `crossEntropy()` among its losses: the discriminator, `dcganDiscriminator`, then tells the class in the
 * place of being told, of real and of generated examples.
 */
export function gan<const Data extends AnyData>(spec: GanSpec<Data>): Use<"method", GanFacts<Data>> {
  return use(ganPlugin, { ...(spec as object) })
}

/** Builds the method behind `gan`, for other plug-ins. */
export function buildGan(parts: GanParts): SamplesMethod | PointsMethod {
  const {
    data,
    batch,
    criticMoves = 1,
    conditional,
    snapshots = 0,
    unroll,
    unrollRate = 0.1,
    ...others
  } = parts
  const kept = { count: snapshots, parts: snapshots + 1 }
  const rules: GanRules = {
    ...others,
    criticMoves,
    conditions: conditional ? ["label"] : [],
    ...(unroll === undefined ? {} : { unroll: { steps: unroll, rate: unrollRate } }),
  }
  const stages = ({ splits: { train } }: OpenDataset): readonly Stage[] => [
    {
      name: "gan",
      share: 1,
      batch,
      ...(criticMoves === 1 ? {} : { counts: { move: "generator", every: criticMoves } }),
      data: async () => train,
      play({ seed, steps }) {
        const game = () => ganGame(rules, { fields: train.fields, batch, seed })
        return snapshots === 0 ? game() : withSnapshots(kept, game(), steps, () => game().players)
      },
    },
  ]
  const name = exampleOf(data.fields)
  const sampled = name === "image" ? sampling(rules) : sampling(rules, name)
  return {
    ...sampled,
    data,
    mistakes: [...(sampled.mistakes ?? []), ...mistakesOf(parts)],
    ...(snapshots === 0 ? {} : { moments: (players) => momentsOf(kept, players) }),
    stages,
  }
}

function mistakesOf({ batch, packing = 1, conditional }: GanParts): Mistake[] {
  if (packing > 1 && conditional) {
    const message = `expected 1 beside \`conditional: true\` but got ${packing}; examples of several classes would be in one pack`
    return [{ path: ["packing"], message }]
  }
  if (batch % packing === 0) return []
  return [
    {
      path: ["packing"],
      message: `expected a divisor of the batch of ${batch} but got ${packing}; a pack holds examples of one batch`,
    },
  ]
}
