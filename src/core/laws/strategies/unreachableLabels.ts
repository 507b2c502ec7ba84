import { Broken, type Law } from "../law.ts"
import type { Strategy } from "./strategy.ts"
import { overStrategies, strategyCases } from "./strategyCase.ts"
import { engineOf, expectSameWeights, trained } from "./trained.ts"

export const unreachableLabels: Law<Strategy> = {
  name: "unreachableLabels",
  statement:
    "Noise in the place of the target's labels leaves every trained weight, bit for bit, and no stage reads such a field.",
  applies: () => true,
  property: (strategy, options) =>
    overStrategies(strategyCases(), async (data) => {
      const engine = await engineOf(options)
      const noisy = { ...data, noisyLabels: true }
      const fields = new Set<string>()
      const clean = await trained(strategy.build(data), data, engine, fields)
      if (fields.has("target.label")) {
        throw new Broken("the stages to read no target.label", [...fields].sort().join(", "))
      }
      expectSameWeights(
        "the weights as with the true labels",
        await trained(strategy.build(noisy), noisy, engine),
        clean,
      )
    }),
}
