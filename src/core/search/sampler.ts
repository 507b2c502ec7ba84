import type { Stream } from "@saddlepoint/engine/random"
import type { JsonObject } from "../contracts/json.ts"

/** How a search chooses configurations. */
export type Sampler =
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

/** What a kind of sampler does. */
export interface SamplerKind<S extends Sampler = Sampler> {
  readonly kind: S["kind"]
  /** Why these tunables cannot be searched so, in a sentence; undefined when they can. */
  refuses?(tunables: readonly JsonObject[]): string | undefined
  /** A pure function of the tunables and the stream. */
  points(sampler: S, tunables: readonly JsonObject[], draw: Stream): Points
}
