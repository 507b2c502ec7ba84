import type { JsonObject } from "../contracts/json.ts"
import type { AnswerKind } from "../contracts/method.ts"
import type { MetricOutput } from "../contracts/metric.ts"
import type { Choice } from "./choice.ts"

/**
 * What an arm is in the question. `control` arms learn nothing: they answer with real, degraded or trivial images and
 * show a metric's ceiling, floor and headroom.
 */
export type Role = "baseline" | "challenger" | "control" | "bound"

/** What a trial makes: an arm's players, or a judge network that metrics need. */
export type TrialKind = "arm" | "control" | "judge"

/** One arm with one training seed, or one judge. Identified by the content of `preimage`. */
export interface Trial {
  /** First 16 hex digits of the SHA-256 of the canonical JSON of `preimage`. */
  readonly id: string
  readonly kind: TrialKind
  /** Arm name, e.g. `gan/discriminator.receptiveField=16`; for judges `judge/<metric>.<judge>`. */
  readonly arm: string
  readonly role: Role | "judge"
  readonly seed: number
  /** Training steps over all stages; 0 for controls. */
  readonly steps: number
  /** Everything that decides what training makes: resolved spec, seed, steps, plug-in versions, dataset digest, the split that is answered. */
  readonly preimage: JsonObject
  /** The dataset's spec with where its files lie, which `preimage` leaves out. */
  readonly source: JsonObject
  /** Ids of the judges that must be finished before this trial is evaluated. */
  readonly needs: readonly string[]
  /** What judges it, one for each metric; none of judges. Plans of earlier versions have none: there, values are part of the results. */
  readonly evaluations?: readonly Evaluation[]
  /** Its id in run stores of earlier versions, where metrics were part of a trial; of judges it is the same. */
  readonly formerId?: string
}

/** One metric that judges one trial. Identified by the content of `preimage`, so that another metric makes no other trial. */
export interface Evaluation {
  /** First 16 hex digits of the SHA-256 of the canonical JSON of `preimage`. */
  readonly id: string
  /** Name of the metric's plug-in. */
  readonly metric: string
  /** Everything that decides the values beside the trial's weights: the trial's id, the metric's resolved spec, plug-in versions, judge ids, protocol. */
  readonly preimage: JsonObject
}

/** One value of an axis that an arm has. */
export interface AxisPoint {
  /** Path of the field within the arm, e.g. `discriminator.receptiveField`. */
  readonly field: string
  /** As it is called: its label, or the value in words. */
  readonly text: string
  /** The value where it is a number; null where it is anything else. */
  readonly value: number | null
}

/** An arm, as a definition with axes gives it. */
export interface PlannedArm {
  /** Name, e.g. `gan/discriminator.receptiveField=16`. */
  readonly name: string
  /** Key under `arms`, e.g. `gan`. */
  readonly key: string
  readonly role: Exclude<Role, "control">
  /** Its axes' values, in path order; none where it has no axis. */
  readonly points: readonly AxisPoint[]
  /** What it answers with; absent in plans of earlier versions, as what follows. */
  readonly answers?: AnswerKind
  /** What chooses among its checkpoints, e.g. `last`; absent where nothing may. */
  readonly selection?: string
  /** Its two domains; absent where its data are one. */
  readonly domains?: { readonly source: PlannedDomain; readonly target: PlannedDomain }
}

/** A domain that an arm learns from, or is to learn. */
export interface PlannedDomain {
  /** What the user calls it, by where its files lie; absent where they lie in no folder of their own. */
  readonly name?: string
  /** The dataset's spec, with where its files lie. */
  readonly spec: JsonObject
  /** Of its examples: domains of equal digests are one. */
  readonly digest: string
}

/** What is to be played, in the order to play it: judges, controls, then seed by seed with baselines first. */
export interface Plan {
  /** Only plans of searches have one; whatever draws verdicts takes no such plan. */
  readonly phase?: never
  /** What the search chose that this plan confirms; absent where nothing was tuned. */
  readonly tuning?: Choice
  readonly experiment: string
  readonly question: string
  readonly profile?: string
  /** The resolved definition, as registrations keep it. */
  readonly definition: JsonObject
  /** SHA-256 of the canonical JSON of `definition`. */
  readonly hash: string
  readonly seeds: readonly number[]
  /** In the order in which each seed plays them. */
  readonly arms: readonly PlannedArm[]
  readonly judges: readonly Trial[]
  readonly controls: readonly Trial[]
  readonly trials: readonly Trial[]
  readonly comparisons: readonly Comparison[]
  /** What the metrics give, each once, in the order of the metrics. */
  readonly outputs: readonly MetricOutput[]
}

/** The trials of one rung of a search. It is no `Plan`: verdicts cannot be drawn from it. */
export interface SearchPlan extends Omit<Plan, "phase" | "comparisons" | "controls" | "tuning"> {
  readonly phase: "search"
  readonly comparisons: readonly never[]
  readonly controls: readonly never[]
}

/** Whatever can be played. */
export type AnyPlan = Plan | SearchPlan

/** One declared comparison, fixed before anything runs. */
export interface Comparison {
  /** Name of a metric output. */
  readonly metric: string
  readonly challenger: string
  readonly baseline: string
  /** Share of |baseline - real| that counts as no difference. */
  readonly margin: number
  /** Level of the family of all declared comparisons, held by Holm's correction. */
  readonly alpha: number
  /** Why a challenger that was tuned more than the baseline may be called better. */
  readonly waiveParity?: string
}
