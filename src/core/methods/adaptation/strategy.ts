import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../../contracts/axis.ts"
import { type SelectionWord, selectionWords } from "../../contracts/method.ts"
import type { Plugin, Use } from "../../contracts/plugin.ts"
import type { Schedule } from "../../contracts/schedule.ts"
import type { AnyData, DataWith, Misfit, Unless } from "../../contracts/sentence.ts"
import { lenet } from "../../models/digitClassifier.ts"
import { adam } from "../../optimisers/adam.ts"
import { constant } from "../../schedules/constant.ts"
import { inverseDecay } from "../../schedules/inverseDecay.ts"

export type Annealing = "constant" | "annealed"

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

/** What a strategy is told: its data, what every strategy may be told, and what it may be told itself. */
export type StrategySpec<Data extends AnyData, Own = unknown> = OnDomains<Data, StrategyChoices & Own>

/** Choices with data of two domains. */
export type OnDomains<Data extends AnyData, Choices> = Unless<
  [
    Misfit<
      Data,
      DataWith<typeof adaptationFields>,
      "A strategy learns from a labelled source and a target, but these data do not have both; take adaptation({ source, target })."
    >,
  ],
  Choices & { readonly data: Data }
>

/** What every strategy may be told. */
export interface StrategyChoices {
  /** The classifier; `lenet()` where left out. */
  readonly network?: Sweepable<Use<"model", { part: "classifier" }>>
  /** Adam with rate 1e-3 and beta1 0.9 where left out. */
  readonly optimiser?: Sweepable<Use<"optimiser">>
  /** In place of the strategy's own; losses of classes are those of the task. */
  readonly losses?: readonly Sweepable<Use<"loss", { role: "classification" | "adversarial" | "domains" }>>[]
  /** Images of each domain in a batch; 64 where left out, as in DANN. */
  readonly batch?: Sweepable<number>
  /**
   * Whether both domains' images pass through the networks as one batch, so that batch normalisation sees both, as in
   * Transfer-Learning-Library; no where left out. For strategies that train on both at once.
   */
  readonly together?: Sweepable<boolean>
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
  together: Schema.optionalKey(Schema.Boolean),
  annealing: Schema.Literals(["constant", "annealed"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("constant" as const)),
  ),
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
