import type { Plugin } from "../contracts/plugin.ts"
import type { Scorer } from "../contracts/scorer.ts"
import { informationMaximisationPlugin } from "./informationMaximisation.ts"
import { softNeighbourhoodDensityPlugin } from "./softNeighbourhoodDensity.ts"

/** Every scorer that a definition can name. */
export const scorers: readonly Plugin<"scorer", Scorer>[] = [
  informationMaximisationPlugin,
  softNeighbourhoodDensityPlugin,
]
