import type { Sweepable } from "../../contracts/axis.ts"
import type { Dataset } from "../../contracts/dataset.ts"
import type { ClassesMethod, MethodFacts } from "../../contracts/method.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import type { AnyData, LabelsOf } from "../../contracts/sentence.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { adam } from "../../optimisers/adam.ts"
import { bothDomains, type ClassificationParts, classifying, selecting } from "./classification.ts"
import { classifierStage, sourceAlone } from "./classifierStage.ts"
import {
  type FeatureRules,
  type FeatureSpec,
  featureOptions,
  featureSlots,
  featureStage,
  gateMistakes,
} from "./featureStage.ts"
import { type StrategySpec, shareOption, strategyOptions, strategySlots } from "./strategy.ts"

interface Parts extends ClassificationParts, Partial<FeatureRules> {
  readonly data: Dataset
  readonly featureOptimiser: FeatureRules["featureOptimiser"]
  readonly sourceShare: number
  readonly featureShare: number
}

export const addaPlugin: Plugin<"method", ClassesMethod> = {
  kind: "method",
  name: "adda",
  version: 2,
  options: { ...strategyOptions, ...featureOptions, sourceShare: shareOption(1) },
  slots: {
    ...strategySlots([crossEntropy()]),
    ...featureSlots,
    featureOptimiser: { kind: "optimiser", default: adam() },
  },
  examples: [{}, { featureGate: 0.6 }, { featureTask: 1 }],
  build: (parts: Parts): ClassesMethod => ({
    data: parts.data,
    ...classifying(parts),
    mistakes: [...(classifying(parts).mistakes ?? []), ...gateMistakes(parts)],
    stages: (domains) =>
      selecting(parts, domains, [
        classifierStage(parts, domains, {
          name: "source",
          share: parts.sourceShare,
          data: sourceAlone(domains),
        }),
        featureStage(
          parts,
          domains,
          { share: parts.featureShare, data: bothDomains(domains) },
          { featureGate: 0, featureTask: 0, ...parts },
        ),
      ]),
  }),
}

/**
 * Adversarial discriminative domain adaptation (Tzeng et al. 2017): a classifier of the source; then a copy of it learns to
 * give target images the class scores that the first, which stands still, gives to source images (`featureGame`). Both learn by
 * `adam()` where nothing is chosen, rate 2e-4 and beta1 0.5, without a gate and without labels, as published.
 */
export function adda<const Data extends AnyData>(
  spec: StrategySpec<
    Data,
    FeatureSpec & {
      /** Share of the source's stage in the steps, relative to the feature game's; 1 where left out. */
      readonly sourceShare?: Sweepable<number>
    }
  >,
): Use<"method", MethodFacts<LabelsOf<Data>, "classes">> {
  return use(addaPlugin, { ...(spec as object) })
}
