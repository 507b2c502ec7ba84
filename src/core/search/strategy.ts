import type { Stream } from "@saddlepoint/engine/random"
import type { JsonObject } from "../contracts/json.ts"

/** How a search chooses configurations. */
export type Strategy =
  | { readonly kind: "grid" }
  | { readonly kind: "random"; readonly trials: number }
  | { readonly kind: "latinHypercube"; readonly trials: number }
  | {
      readonly kind: "successiveHalving"
      readonly trials: number
      readonly reduction: number
      readonly rungs: number
    }

/** Points of the unit cube, one coordinate in [0, 1) for each tunable. */
export type Points = readonly (readonly number[])[]

/** What a kind of strategy does. */
export interface StrategyKind<S extends Strategy = Strategy> {
  readonly kind: S["kind"]
  /** Why these tunables cannot be searched so, in a sentence; undefined when they can. */
  refuses?(tunables: readonly JsonObject[]): string | undefined
  /** A pure function of the tunables and the stream. */
  points(strategy: S, tunables: readonly JsonObject[], draw: Stream): Points
}
