import type { Law } from "../law.ts"
import { identicalDomains } from "./identicalDomains.ts"
import { reductions } from "./reductions.ts"
import { reversedGradient } from "./reversedGradient.ts"
import type { Strategy } from "./strategy.ts"
import { symmetry } from "./symmetry.ts"
import { unreachableLabels } from "./unreachableLabels.ts"
import { weightZero } from "./weightZero.ts"

/** The laws that a strategy of domain adaptation must keep, in the order in which reports show them. */
export const strategyLaws: readonly Law<Strategy>[] = [
  unreachableLabels,
  weightZero,
  identicalDomains,
  symmetry,
  reversedGradient,
  reductions,
]
