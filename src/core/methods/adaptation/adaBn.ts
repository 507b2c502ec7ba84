import type { Dataset } from "../../contracts/dataset.ts"
import type { ClassesMethod, MethodFacts } from "../../contracts/method.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import type { AnyData, LabelsOf } from "../../contracts/sentence.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import type { ClassificationParts } from "./classification.ts"
import { settleStatistics } from "./settleStatistics.ts"
import { sourceOnlyMethod } from "./sourceOnly.ts"
import { type StrategySpec, strategyOptions, strategySlots } from "./strategy.ts"

export const adaBnPlugin: Plugin<"method", ClassesMethod> = {
  kind: "method",
  name: "adaBn",
  version: 1,
  options: strategyOptions,
  slots: strategySlots([crossEntropy()]),
  build(parts: ClassificationParts & { readonly data: Dataset }): ClassesMethod {
    const method = sourceOnlyMethod(parts)
    return {
      ...method,
      async answer(domains, players) {
        await settleStatistics(players.features!, domains.target.train)
        return method.answer(domains, players)
      },
      async features(domains, players) {
        await settleStatistics(players.features!, domains.target.train)
        return method.features!(domains, players)
      },
      refuses(domains) {
        const unlike = parts.network.batchStatistics
          ? []
          : ['Expected a network with batch normalisation for adaBn, but it has none; give it norm: "batch".']
        return [...(method.refuses?.(domains) ?? []), ...unlike]
      },
    }
  },
}

/**
 * Adaptive batch normalisation (Li et al. 2016): trained on the source alone; then the moving averages that batch
 * normalisation answers with are replaced by the statistics of the target's training images. What is kept as trained weights still
 * holds the source's statistics: the target's are taken when it answers.
 */
export function adaBn<const Data extends AnyData>(
  spec: StrategySpec<Data>,
): Use<"method", MethodFacts<LabelsOf<Data>, "classes">> {
  return use(adaBnPlugin, { ...(spec as object) })
}
