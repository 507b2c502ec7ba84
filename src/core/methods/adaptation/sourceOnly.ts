import type { Dataset } from "../../contracts/dataset.ts"
import type { ClassesMethod, MethodFacts } from "../../contracts/method.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import type { AnyData, LabelsOf } from "../../contracts/sentence.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { adaptationStage, type ClassificationParts, classifying, selecting } from "./classification.ts"
import { classifierStage, sourceAlone } from "./classifierStage.ts"
import { type StrategySpec, strategyOptions, strategySlots } from "./strategy.ts"

export const sourceOnlyPlugin: Plugin<"method", ClassesMethod> = {
  kind: "method",
  name: "sourceOnly",
  version: 1,
  options: strategyOptions,
  slots: strategySlots([crossEntropy()]),
  build: sourceOnlyMethod,
}

/** Training on the labelled source alone, for strategies that change only how images are answered. */
export function sourceOnlyMethod(parts: ClassificationParts & { readonly data: Dataset }): ClassesMethod {
  return {
    data: parts.data,
    ...classifying(parts),
    stages: (domains) =>
      selecting(parts, domains, [
        classifierStage(parts, domains, { name: adaptationStage, share: 1, data: sourceAlone(domains) }),
      ]),
  }
}

/**
 * The lower bound: a classifier trained on the labelled source alone. Around the target as its own source it is the upper
 * bound, target-only training.
 */
export function sourceOnly<const Data extends AnyData>(
  spec: StrategySpec<Data>,
): Use<"method", MethodFacts<LabelsOf<Data>, "classes">> {
  return use(sourceOnlyPlugin, { ...(spec as object) })
}
