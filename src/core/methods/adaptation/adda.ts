import type { Sweepable } from "../../contracts/axis.ts"
import type { Dataset } from "../../contracts/dataset.ts"
import type { ClassesMethod, MethodFacts } from "../../contracts/method.ts"
import type { AnyOptimiser } from "../../contracts/optimiser.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { adam } from "../../optimisers/adam.ts"
import {
  bothDomains,
  type ClassificationParts,
  classifierOf,
  classifierPlayers,
  classifying,
  selecting,
} from "./classification.ts"
import { classifierStage, sourceAlone } from "./classifierStage.ts"
import { featureGame } from "./featureGame.ts"
import { type StrategySpec, shareOption, strategyOptions, strategySlots } from "./strategy.ts"

interface AddaOptions {
  /** Shares of the stages in the steps, relative to each other; 1 and 1 where left out, as published. */
  readonly sourceShare: number
  readonly featureShare: number
}

type Parts = ClassificationParts &
  AddaOptions & { readonly data: Dataset; readonly featureOptimiser: AnyOptimiser }

export const addaPlugin: Plugin<"method", ClassesMethod> = {
  kind: "method",
  name: "adda",
  version: 1,
  options: { ...strategyOptions, sourceShare: shareOption(1), featureShare: shareOption(1) },
  slots: { ...strategySlots([crossEntropy()]), featureOptimiser: { kind: "optimiser", default: adam() } },
  build: (parts: Parts): ClassesMethod => ({
    data: parts.data,
    ...classifying(parts),
    stages: (domains) =>
      selecting(parts, domains, [
        classifierStage(parts, domains, {
          name: "source",
          share: parts.sourceShare,
          data: sourceAlone(domains),
        }),
        {
          name: "feature",
          share: parts.featureShare,
          batch: parts.batch,
          data: bothDomains(domains),
          play: ({ seed, carried }) =>
            featureGame({
              trained: classifierOf(carried),
              another: () => classifierPlayers(parts.network, domains, seed),
              classes: domains.classes.length,
              optimiser: parts.featureOptimiser,
              losses: parts.losses,
              seed,
            }),
        },
      ]),
  }),
}

/**
 * Adversarial discriminative domain adaptation (Tzeng et al. 2017): a classifier of the source; then a copy of it learns to
 * give target images the class scores that the first, which stands still, gives to source images (`featureGame`).
 */
export function adda<const Labels extends boolean>(
  spec: StrategySpec<Labels> & { readonly [Key in keyof AddaOptions]?: Sweepable<AddaOptions[Key]> } & {
    /** Of the second stage; `adam()` where left out: rate 2e-4, beta1 0.5, as published. */
    readonly featureOptimiser?: Sweepable<Use<"optimiser">>
  },
): Use<"method", MethodFacts<Labels, "classes">> {
  return use(addaPlugin, { ...spec })
}
