import type { Sweepable } from "../../contracts/axis.ts"
import type { ClassesMethod, MethodFacts } from "../../contracts/method.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import type { AnyData, LabelsOf } from "../../contracts/sentence.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { mmd } from "../../losses/mmd.ts"
import { type MatchingParts, matching } from "./matching.ts"
import { type StrategySpec, strategyOptions, strategySlots, weightOption } from "./strategy.ts"

export const danPlugin: Plugin<"method", ClassesMethod> = {
  kind: "method",
  name: "dan",
  version: 1,
  options: { ...strategyOptions, weight: weightOption(1) },
  slots: strategySlots([crossEntropy(), mmd()]),
  build: (parts: MatchingParts): ClassesMethod => matching(parts),
}

/**
 * DAN (Long et al. 2015): the maximum mean discrepancy of source and target features under several Gaussian kernels is lowered
 * beside the task's loss; kernels and estimator as in Transfer-Learning-Library, on one layer of features.
 */
export function dan<const Data extends AnyData>(
  spec: StrategySpec<
    Data,
    {
      /** Of the loss between the domains; 1 where left out. */
      readonly weight?: Sweepable<number>
    }
  >,
): Use<"method", MethodFacts<LabelsOf<Data>, "classes">> {
  return use(danPlugin, { ...(spec as object) })
}
