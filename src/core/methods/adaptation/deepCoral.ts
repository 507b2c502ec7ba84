import type { Sweepable } from "../../contracts/axis.ts"
import type { ClassesMethod, MethodFacts } from "../../contracts/method.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import type { AnyData, LabelsOf } from "../../contracts/sentence.ts"
import { coral } from "../../losses/coral.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { type MatchingParts, matching } from "./matching.ts"
import { type StrategySpec, strategyOptions, strategySlots, weightOption } from "./strategy.ts"

export const deepCoralPlugin: Plugin<"method", ClassesMethod> = {
  kind: "method",
  name: "deepCoral",
  version: 1,
  options: { ...strategyOptions, weight: weightOption(1) },
  slots: strategySlots([crossEntropy(), coral()]),
  build: (parts: MatchingParts): ClassesMethod => matching(parts),
}

/**
 * Deep CORAL (Sun and Saenko 2016): the covariances of source and target features are drawn together. On the features here, where
 * the paper takes the last layer's outputs. Means too with `losses: [crossEntropy(), coral({ form: "momentMeans" })]`.
 */
export function deepCoral<const Data extends AnyData>(
  spec: StrategySpec<
    Data,
    {
      /** Of the loss between the domains; 1 where left out. */
      readonly weight?: Sweepable<number>
    }
  >,
): Use<"method", MethodFacts<LabelsOf<Data>, "classes">> {
  return use(deepCoralPlugin, { ...(spec as object) })
}
