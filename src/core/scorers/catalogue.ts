import type { Plugin } from "../plugin.ts"
import type { Scorer } from "../scorer.ts"
import { informationMaximisationPlugin } from "./informationMaximisation.ts"
import { softNeighbourhoodDensityPlugin } from "./softNeighbourhoodDensity.ts"

/** Every scorer that a definition can name. */
export const scorers: readonly Plugin<"scorer", Scorer>[] = [
  informationMaximisationPlugin,
  softNeighbourhoodDensityPlugin,
]
