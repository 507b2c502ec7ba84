import { type Use, use } from "../../contracts/plugin.ts"
import { sourceOnlyPlugin } from "../../methods/adaptation/sourceOnly.ts"
import type { Law } from "../law.ts"
import { lossesOf } from "../targets.ts"
import { type Strategy, strategiesOf } from "./strategy.ts"
import { anyCase, overStrategies, strategyCases } from "./strategyCase.ts"
import { engineOf, expectSameWeights, ofClassifier, trained } from "./trained.ts"
import { openTwoDomains } from "./twoDomains.ts"

export const weightZero: Law<Strategy> = {
  name: "weightZero",
  statement: "With its weight at 0 a strategy trains features and classes as source-only does, bit for bit.",
  applies(strategy) {
    const { plugin, batchStatistics } = strategy
    if (!Object.hasOwn(plugin.options, "weight")) {
      const stages = strategy.build(anyCase).stages(openTwoDomains(anyCase).domains)
      if (stages.length < 2) return "it has no option `weight`"
      const names = stages.map(({ name }) => name).join(", ")
      return `it has no option \`weight\`: it trains in the stages ${names}, each of which is something else`
    }
    if (!Object.hasOwn(plugin.slots ?? {}, "network")) {
      return "it has no slot `network`, so that source-only cannot train the same classifier"
    }
    if (batchStatistics) {
      return "it needs a classifier with batch normalisation, whose statistics target batches touch at any weight"
    }
    return true
  },
  property: (strategy, options) =>
    overStrategies(strategyCases(), async (data) => {
      const engine = await engineOf(options)
      const [source] = strategiesOf(use(sourceOnlyPlugin, shared(strategy)))
      expectSameWeights(
        "the classifier of source-only",
        ofClassifier(await trained(strategy.build(data, { weight: 0 }), data, engine)),
        ofClassifier(await trained(source!.build(data), data, engine)),
      )
    }),
}

/** The options of a strategy that source-only has too; of its losses those of classes. */
function shared({ options }: Strategy): Readonly<Record<string, unknown>> {
  const known = { ...sourceOnlyPlugin.options, ...sourceOnlyPlugin.slots }
  const taken = Object.entries(options).filter(([name]) => Object.hasOwn(known, name))
  return Object.fromEntries(
    taken.map(([name, value]) => [
      name,
      name === "losses" ? ofClasses(value as readonly Use<"loss">[]) : value,
    ]),
  )
}

function ofClasses(losses: readonly Use<"loss">[]): readonly Use<"loss">[] {
  return losses.filter((loss) => lossesOf(loss)[0]!.loss.role === "classification")
}
