import type { Definition } from "../declare/definition.ts"
import {
  type Arms,
  type Compare,
  type ExperimentDefinition,
  type Metrics,
  type OutputOf,
  separated,
} from "../declare/experiment.ts"
import type { Sampler } from "./sampler.ts"

/** A search as it is written in TypeScript. */
export interface SearchDefinition<A extends Arms, M extends Metrics>
  extends Omit<ExperimentDefinition<A, M>, "compare"> {
  /** The metric output that decides, on the validation split. */
  readonly select: NoInfer<OutputOf<M>>
  /** `grid()`, `random({ trials: 16 })`, `latinHypercube({ trials: 16 })` or `successiveHalving({ trials: 27 })`. */
  readonly sampler: Sampler
}

/** What `search()` gives. It has no comparisons, and no verdict can come of it. */
export interface SearchOf<Key extends string> extends Definition {
  /** Names of the arms; for the compiler only. */
  readonly arms?: Key
}

/**
 * Declares a search: arms with tunables (`choose`, `range`) of which a sampler tries configurations, judged on the
 * validation split. `saddlepoint search` plays it and freezes what it chose; `confirm` asks the question with that.
 */
export function search<const A extends Arms, const M extends Metrics>(
  definition: SearchDefinition<A, M>,
): SearchOf<keyof A & string> {
  return separated({ ...definition, phase: "search" })
}

/** A confirmation as it is written in TypeScript. */
export interface ConfirmationDefinition<Key extends string> {
  readonly of: SearchOf<Key>
  readonly name: string
  readonly question: string
  /** None that the search used. */
  readonly seeds: readonly number[]
  readonly compare: Compare<NoInfer<Key>> | readonly Compare<NoInfer<Key>>[]
  /** The search's where left out. */
  readonly budget?: { readonly steps: number }
  /** The search's where left out. */
  readonly metrics?: Metrics
  readonly profiles?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** Declares the experiment that asks with the frozen choice of a search, on fresh seeds and the test split. */
export function confirm<Key extends string>({ of, ...rest }: ConfirmationDefinition<Key>): Definition {
  const { json, plugins } = separated({ ...rest, phase: "confirm" }, of.plugins)
  return { json: { ...json, of: of.json }, plugins }
}
