import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../../contracts/axis.ts"
import { type SelectionWord, selectionWords } from "../../contracts/method.ts"
import { lenet } from "../../models/digitClassifier.ts"
import { adam } from "../../optimisers/adam.ts"
import type { Plugin, Use } from "../../contracts/plugin.ts"
import { constant, type Schedule } from "../../contracts/schedule.ts"

export type Annealing = "constant" | "annealed"

/** The factor of the learning rate. */
export const rates: Readonly<Record<Annealing, Schedule>> = {
  constant: constant(1),
  annealed: (_step, progress) => (1 + 10 * progress) ** -0.75,
}

/** What every strategy is told. */
export interface StrategySpec<Labels extends boolean = boolean> {
  readonly data: Sweepable<Use<"dataset", { contract: "adaptation"; labels: Labels }>>
  /** The classifier; `lenet()` where left out. */
  readonly network?: Sweepable<Use<"model", { part: "classifier" }>>
  /** Adam with rate 1e-3 and beta1 0.9 where left out. */
  readonly optimiser?: Sweepable<Use<"optimiser">>
  /** Images of each domain in a batch; 64 where left out, as in DANN. */
  readonly batch?: Sweepable<number>
  /**
   * How the learning rate goes on: `constant` where left out, or `annealed` as in DANN, divided by `(1 + 10 p)^0.75` at the
   * share p of the stage (Ganin et al. 2016, section 5.2.2).
   */
  readonly annealing?: Sweepable<Annealing>
  /**
   * What chooses among ten checkpoints of a trial: a word, or a scorer such as `informationMaximisation()`; `last` where left
   * out: the last step is judged.
   */
  readonly selection?: Sweepable<SelectionWord | Use<"scorer">>
}

export const strategyOptions: Plugin["options"] = {
  batch: Schema.Int.check(Schema.isGreaterThan(0)).pipe(Schema.withDecodingDefaultKey(Effect.succeed(64))),
  annealing: Schema.Literals(["constant", "annealed"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("constant" as const)),
  ),
}

export const strategySlots: NonNullable<Plugin["slots"]> = {
  data: { kind: "dataset" },
  network: { kind: "model", default: lenet() },
  optimiser: { kind: "optimiser", default: adam({ rate: 1e-3, beta1: 0.9 }) },
  selection: { kind: "scorer", words: selectionWords },
}

/** An option that is a finite number of at least 0. */
export function weightOption(value: number) {
  return Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(value)),
  )
}

/** An option that is the share of a stage in the steps, relative to the others' shares. */
export function shareOption(value: number) {
  return Schema.Finite.check(Schema.isGreaterThan(0)).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(value)),
  )
}
