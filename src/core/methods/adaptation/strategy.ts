import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../../contracts/axis.ts"
import { type SelectionWord, selectionWords } from "../../contracts/method.ts"
import type { Plugin, Use } from "../../contracts/plugin.ts"
import type { Schedule } from "../../contracts/schedule.ts"
import { lenet } from "../../models/digitClassifier.ts"
import { adam } from "../../optimisers/adam.ts"
import { constant } from "../../schedules/constant.ts"
import { inverseDecay } from "../../schedules/inverseDecay.ts"

export type Annealing = "constant" | "annealed"

/**
 * Whether a batch's images of the two domains pass through the networks `apart`, so that batch norms see each domain by itself, or
 * `together`, so that they see both.
 */
export type Passes = "apart" | "together"

/** The factor of the learning rate. */
export const rates: Readonly<Record<Annealing, Schedule>> = {
  constant: constant(1),
  annealed: inverseDecay(),
}

/** The fields that training reads. The target's labels are not among them, whatever the dataset knows. */
export const adaptationFields = {
  "source.image": "image",
  "source.label": "class",
  "target.image": "image",
} as const

/** What every strategy is told. */
export interface StrategySpec<Labels extends boolean = boolean> {
  readonly data: Sweepable<Use<"dataset", { fields: typeof adaptationFields; labels: Labels }>>
  /** The classifier; `lenet()` where left out. */
  readonly network?: Sweepable<Use<"model", { part: "classifier" }>>
  /** Adam with rate 1e-3 and beta1 0.9 where left out. */
  readonly optimiser?: Sweepable<Use<"optimiser">>
  /** In place of the strategy's own; losses of classes are those of the task. */
  readonly losses?: readonly Sweepable<Use<"loss", { role: "classification" | "adversarial" | "domains" }>>[]
  /** Images of each domain in a batch; 64 where left out, as in DANN. */
  readonly batch?: Sweepable<number>
  /**
   * How the learning rate goes on: `constant` where left out, or `annealed` as in DANN, divided by `(1 + 10 p)^0.75` at the
   * share p of the stage (Ganin et al. 2016, section 5.2.2).
   */
  readonly annealing?: Sweepable<Annealing>
  /**
   * How the two domains pass through the networks: `apart` where left out, as in the common code of DANN, or `together`, as in
   * Transfer-Learning-Library. It matters where there are batch norms.
   */
  readonly passes?: Sweepable<Passes>
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
  // Not filled in, so that definitions without it resolve to what they did before there was such an option.
  passes: Schema.optionalKey(Schema.Literals(["apart", "together"])),
}

/** @param losses of the strategy, where a definition chooses none */
export function strategySlots(losses: readonly Use<"loss">[]): NonNullable<Plugin["slots"]> {
  return {
    data: { kind: "dataset" },
    network: { kind: "model", default: lenet() },
    optimiser: { kind: "optimiser", default: adam({ rate: 1e-3, beta1: 0.9 }) },
    losses: { kind: "loss", many: true, default: losses },
    selection: { kind: "scorer", words: selectionWords },
  }
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
