import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import { methods } from "../../methods/catalogue.ts"
import type { StrategyOptions } from "./strategy.ts"

/** Forms that compute something else than the defaults, by strategy. */
const forms: Readonly<Record<string, readonly StrategyOptions[]>> = {
  cdan: [{}, { entropy: true }],
  cycada: [{}, { form: "released" }, { levels: "feature" }],
  dann: [{ form: "reversal" }, { form: "alternating" }],
  deepCoral: [{ form: "covariance" }, { form: "momentMeans" }],
}

/** Every strategy in every form that computes something else: what `saddlepoint laws --kind strategy` checks when no file is named. */
export const strategiesToCheck: readonly Use<"method">[] = methods
  .filter(isStrategy)
  .flatMap((plugin) => (forms[plugin.name] ?? [{}]).map((options) => use(plugin, options)))

/** A strategy has a slot for the classifier that it trains; other methods have none. */
function isStrategy({ slots }: Plugin): boolean {
  return slots?.network !== undefined
}
