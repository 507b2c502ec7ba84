import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../../contracts/axis.ts"
import type { Dataset, Domains, Split } from "../../contracts/dataset.ts"
import type { Players, Stage } from "../../contracts/game.ts"
import type { ClassesMethod, MethodFacts } from "../../contracts/method.ts"
import type { AnyOptimiser } from "../../contracts/optimiser.ts"
import { type Model, type Player, refusalsOfModel } from "../../contracts/player.ts"
import { type Options, type Plugin, type Use, use } from "../../contracts/plugin.ts"
import type { AnyData, DataWith, LabelsOf } from "../../contracts/sentence.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { l1 } from "../../losses/l1.ts"
import { refusalsOfLosses } from "../../losses/refusalsOfLosses.ts"
import { patchGan } from "../../models/patchGan.ts"
import { resnetGenerator } from "../../models/resnetGenerator.ts"
import { adam, makeAdam } from "../../optimisers/adam.ts"
import { cycleMistakes } from "../translation/cycleGan.ts"
import {
  bothDomains,
  type ClassificationParts,
  classifierOf,
  classifierPlayers,
  classifying,
  selecting,
} from "./classification.ts"
import { type ClassifierStart, classifierStage, sourceAlone } from "./classifierStage.ts"
import { type CycadaForm, pixelGame } from "./cycadaPixelGame.ts"
import {
  type FeatureRules,
  type FeatureSpec,
  featureOptions,
  featureSlots,
  featureStage,
  gateMistakes,
} from "./featureStage.ts"
import { joinedSplits } from "./joinedSplits.ts"
import {
  type adaptationFields,
  type OnDomains,
  type StrategyChoices,
  shareOption,
  strategyOptions,
  strategySlots,
  weightOption,
} from "./strategy.ts"
import { translatedSplit } from "./translatedSplit.ts"

interface CycadaOptions {
  /** `paper` by default; see `CycadaForm`. */
  readonly form: CycadaForm
  /** Which levels are adapted: `both` by default; `pixel` or `feature` alone are the ablations of the paper's tables. */
  readonly levels: "both" | "pixel" | "feature"
  /** Weight of semantic consistency in both directions; 1 by default, 0 for none. */
  readonly semantic: number
  /** Weight of identity terms in the pixel game, as a share of the cycles'; 0 by default, as in the paper (0.5 in the released code's defaults). */
  readonly identity?: number
  /** Images of each domain in a batch of the pixel game; 32 by default. */
  readonly pixelBatch: number
  /** Images in each pool of the pixel game; 50 by default. */
  readonly pool: number
  /**
   * Which weights the classifier of translated images starts from: `carried`, from the classifier that judged semantics in the pixel
   * game, or `fresh`. `carried` by default, `fresh` in the form `released`.
   */
  readonly translatedStart?: ClassifierStart
  /** Whether the classifier of translated images learns from the source's own images, too, as many of them; no by default. */
  readonly besideSource?: boolean
  /** Shares of the stages in the steps, relative to each other: 1, 3, 1 and 1 by default. Stages that are not played have none. */
  readonly sourceShare: number
  readonly pixelShare: number
  readonly translatedShare: number
  readonly featureShare: number
}

interface Parts extends ClassificationParts, CycadaOptions, FeatureRules {
  readonly data: Dataset
  readonly generator: Model
  readonly discriminator: Model
  readonly pixelOptimiser: AnyOptimiser
  readonly translatedStart: ClassifierStart
}

/** What a form decides where a definition does not. */
type FormRules = Pick<Parts, "losses" | "translatedStart"> & FeatureRules

export const cycadaPlugin: Plugin<"method", ClassesMethod> = {
  kind: "method",
  name: "cycada",
  version: 4,
  options: {
    ...strategyOptions,
    ...featureOptions,
    form: Schema.Literals(["paper", "released"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("paper" as const)),
    ),
    levels: Schema.Literals(["both", "pixel", "feature"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("both" as const)),
    ),
    semantic: weightOption(1),
    identity: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))),
    pixelBatch: Schema.Int.check(Schema.isGreaterThan(0)).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(32)),
    ),
    pool: Schema.Natural.pipe(Schema.withDecodingDefaultKey(Effect.succeed(50))),
    sourceShare: shareOption(1),
    pixelShare: shareOption(3),
    translatedShare: shareOption(1),
    translatedStart: Schema.optionalKey(Schema.Literals(["carried", "fresh"])),
    besideSource: Schema.optionalKey(Schema.Boolean),
  },
  slots: {
    ...strategySlots([crossEntropy()]),
    losses: { kind: "loss", many: true, optional: true },
    generator: { kind: "model", default: resnetGenerator({ blocks: 3, width: 16 }) },
    discriminator: {
      kind: "model",
      default: patchGan({ receptiveField: 34, width: 16, norm: "instance", conditional: false }),
    },
    pixelOptimiser: { kind: "optimiser", default: adam() },
    ...featureSlots,
  },
  examples: [
    {},
    { form: "released" },
    { levels: "feature" },
    { besideSource: true, featureTask: 1, featureGate: 0.6 },
  ],
  build: buildCycada,
}

/** What `cycada` is told. */
export type CycadaSpec<Data extends AnyData = Sweepable<DataWith<typeof adaptationFields>>> = OnDomains<
  Data,
  CycadaChoices
>

type CycadaChoices = Omit<StrategyChoices, "losses"> &
  Partial<Options<CycadaOptions>> &
  FeatureSpec & {
    /**
     * Losses of classes are those of all classifiers and of semantic consistency; adversarial and reconstruction losses those of the
     * pixel game, the latter of its cycles. `[crossEntropy(), adversarial("lsgan"), l1(10)]` by default, in the form `released` `l1(1)`.
     */
    readonly losses?: readonly Sweepable<
      Use<"loss", { role: "classification" | "adversarial" | "reconstruction" | "critic" }>
    >[]
    /** Of both directions; the residual generator with 3 blocks of width 16 by default. */
    readonly generator?: Sweepable<Use<"model", { part: "generator" }>>
    /** Of both domains' images; the 34-pixel PatchGAN of width 16 with instance norm by default. */
    readonly discriminator?: Sweepable<Use<"model", { part: "discriminator"; conditional: false }>>
    /** Of generators and discriminators; `adam()` by default: rate 2e-4, beta1 0.5, as published. */
    readonly pixelOptimiser?: Sweepable<Use<"optimiser">>
  }

/**
 * Cycle-consistent adversarial domain adaptation (Hoffman et al. 2018). Four stages: a classifier of the source; the pixel
 * game, in which source and target images are translated into each other (`pixelGame`); a classifier of translated
 * source images; the feature game, in which it learns to give target images the scores of translated source images
 * (`featureGame`). In the form `released` the first stage is played only where there is no pixel game.
 *
 * What follows the pixel game is, in the form `paper`, what learns in few steps; `released` has what the authors' code does. The classifier of
 * translated images is carried on from the source's (`released`: fresh). Both sides of the feature game have ADDA's rate 2e-4 with beta1 0.5
 * (`released`: 1e-4 in the place of 1e-5, beta1 0.9), gated at 0.6 as released. Training seed 1, 1,200 steps of the feature game: USPS to MNIST .934
 * with and without the gate, MNIST to USPS .900 with it and .877 without, where it had been at .910. Before that (domain network from He's
 * values, no gate), on generated digits of 20 pixels, clean to blurred, one training seed, `dannNet()`, source-only .816: with the released classifier,
 * after the pixel game .768; carried on .818; after the feature game at rates 2e-5 and 1e-3 with beta1 0.9 .920, at 2e-4 with beta1 0.5 .986. With
 * beta1 0.9 and without batch norm the feature level alone rises and falls by a tenth within 30 steps.
 *
 * At the size of one machine it differs from what was published and released: generators have 3 residual blocks of width
 * 16 (9 of 64) without dropout, discriminators see 34 pixels at width 16 (70 at 64), batches hold 32 images in the pixel
 * game (100) and 64 in the others (128), the last weights of the pixel game translate (those of epoch 75 of 200), images
 * keep their size where 4 divides it (32x32), the feature game is not ended early, and in `released` the classifier beside the
 * generators is `network` (a convolutional one of its own).
 */
export function cycada<const Data extends AnyData>(
  spec: CycadaSpec<Data>,
): Use<"method", MethodFacts<LabelsOf<Data>, "classes">> {
  return use(cycadaPlugin, { ...(spec as object) })
}

/** What a form decides. */
function rulesOf(form: CycadaForm): FormRules {
  const released = form === "released"
  return {
    losses: [
      crossEntropy.plugin.build({ weight: 1 }),
      adversarial.plugin.build({ objective: "lsgan", weight: 1 }),
      l1.plugin.build({ weight: released ? 1 : 10 }),
    ],
    translatedStart: released ? "fresh" : "carried",
    featureOptimiser: released ? makeAdam({ rate: 1e-4, beta1: 0.9 }) : makeAdam(),
    featureGate: 0.6,
    featureTask: 0,
  }
}

function buildCycada(chosen: Omit<Parts, keyof FormRules> & Partial<FormRules>): ClassesMethod {
  const parts: Parts = { ...rulesOf(chosen.form), ...chosen }
  const { levels, form, generator, discriminator } = parts
  const answering = classifying(parts, ["adversarial", "reconstruction", "critic"])
  return {
    data: parts.data,
    ...answering,
    mistakes: [
      ...(answering.mistakes ?? []),
      ...(levels === "feature" ? [] : cycleMistakes(parts.losses)),
      ...(levels === "pixel" ? [] : gateMistakes(parts)),
    ],
    ...(levels === "feature" ? {} : { translate }),
    stages: (domains) =>
      selecting(parts, domains, [
        ...(form === "paper" || levels === "feature" ? [sourceStage(parts, domains)] : []),
        ...(levels === "feature" ? [] : [pixelStage(parts, domains), translatedStage(parts, domains)]),
        ...(levels === "pixel" ? [] : [adaptedStage(parts, domains)]),
      ]),
    refuses(domains) {
      const image = domains.source.train.fields.image!
      const pixels =
        levels === "feature"
          ? []
          : [
              ...refusalsOfLosses(parts.losses, image),
              ...refusalsOfModel(generator, { inputs: { image }, outputs: { image } }, "generator"),
              ...refusalsOfModel(discriminator, { inputs: { image } }, "discriminator"),
            ]
      return [...(answering.refuses?.(domains) ?? []), ...pixels]
    },
  }
}

function sourceStage(parts: Parts, domains: Domains): Stage {
  return classifierStage(parts, domains, {
    name: "source",
    share: parts.sourceShare,
    data: sourceAlone(domains),
  })
}

function pixelStage(parts: Parts, domains: Domains): Stage {
  return {
    name: "pixel",
    share: parts.pixelShare,
    batch: parts.pixelBatch,
    data: bothDomains(domains),
    play({ seed, carried }) {
      const classifier =
        parts.form === "paper" ? classifierOf(carried) : classifierPlayers(parts.network, domains, seed)
      return pixelGame(parts, domains, classifier, seed)
    },
  }
}

function translatedStage(parts: Parts, domains: Domains): Stage {
  return classifierStage(parts, domains, {
    name: "translated",
    share: parts.translatedShare,
    start: parts.translatedStart,
    async data(carried) {
      const translated = await translatedSource(domains, carried)
      const source = parts.besideSource ? joinedSplits(translated, domains.source.train) : translated
      return { streams: { source } }
    },
  })
}

function adaptedStage(parts: Parts, domains: Domains): Stage {
  const data: Stage["data"] = async (carried) => ({
    streams: {
      source: parts.levels === "feature" ? domains.source.train : await translatedSource(domains, carried),
      target: domains.target.train,
    },
  })
  return featureStage(parts, domains, { share: parts.featureShare, data }, parts)
}

const translate: NonNullable<ClassesMethod["translate"]> =
  async (_domains, { generatorAB }) =>
  ({ image }) =>
    generatorAB!.apply({ image: image! }, "evaluate").image!

const translations = new WeakMap<Player, Promise<Split>>()

/** The source's training images in the style of the target; made once, as nothing changes the generator after the pixel game. */
function translatedSource({ source }: Domains, { generatorAB }: Players): Promise<Split> {
  const known = translations.get(generatorAB!) ?? translatedSplit(source.train, generatorAB!)
  translations.set(generatorAB!, known)
  return known
}
