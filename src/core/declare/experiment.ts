import type { Sweepable } from "../contracts/axis.ts"
import type { JsonObject } from "../contracts/json.ts"
import type { AnswerKind, judgeable, MethodFacts } from "../contracts/method.ts"
import type { Judged, MetricFacts } from "../contracts/metric.ts"
import { InvalidDefinition, type Mistake } from "../contracts/mistake.ts"
import type { Plugin, Use } from "../contracts/plugin.ts"
import { type Definition, separate } from "./definition.ts"

/** How long an arm is trained. */
export interface Budget {
  /** Training steps over all stages, at least 1. */
  readonly steps: Sweepable<number>
}

/** What an arm may have beside its method. */
export interface ArmOptions {
  /** In place of the experiment's. */
  readonly budget?: Budget
}

/** One arm as `baseline`, `challenger` and `bound` give it. */
export interface Arm<Facts extends MethodFacts = MethodFacts> extends ArmOptions {
  readonly role: "baseline" | "challenger" | "bound"
  readonly method: Use<"method", Facts>
}

/** An arm that others are compared with, such as a fixed loss. */
export function baseline<Facts extends MethodFacts>(
  method: Use<"method", Facts>,
  options: ArmOptions = {},
): Arm<Facts> {
  return { role: "baseline", method, ...options }
}

/** An arm that is asked about. */
export function challenger<Facts extends MethodFacts>(
  method: Use<"method", Facts>,
  options: ArmOptions = {},
): Arm<Facts> {
  return { role: "challenger", method, ...options }
}

/** An arm that shows what is the least or the most that can be had, such as source-only and target-only training. */
export function bound<Facts extends MethodFacts>(
  method: Use<"method", Facts>,
  options: ArmOptions = {},
): Arm<Facts> {
  return { role: "bound", method, ...options }
}

/** A margin as a share of the distance between baseline and real images: `relative(0.1)` is 10 % of it. */
export function relative(share: number): number {
  return share
}

/** A name of an arm, or of one point of its axes. */
export type ArmName<Key extends string> = Key | `${Key}/${string}`

/** What is compared with what. */
export interface Compare<Key extends string = string, Output extends string = string> {
  /** Name of a metric output, e.g. `fid`. */
  readonly metric: Output
  /** All challengers where left out. An arm with axes stands for all its points. */
  readonly challenger?: ArmName<Key> | readonly ArmName<Key>[]
  readonly against: readonly ArmName<Key>[]
  /** Share of |baseline - real| that counts as no difference; 0.1 where left out. */
  readonly margin?: number
  /** Level of all comparisons together; 0.05 where left out. */
  readonly alpha?: number
  /** Why `better` may be said although the challenger was tuned more than the baseline; without it, it is withheld. */
  readonly waiveParity?: string
}

export type Arms = Readonly<Record<string, Arm>>
export type Metrics = readonly Use<"metric", MetricFacts>[]

/** Names of what metrics give; any name where one of them does not tell. */
export type OutputOf<M extends Metrics> = {
  [Index in keyof M]: M[Index] extends Use<"metric", { readonly outputs?: infer Name }>
    ? unknown extends Name
      ? string
      : Exclude<Name, undefined> & string
    : string
}[number]

/** True when the data have no labels, or not at every point of an axis. */
type Unlabelled<Facts> = Facts extends { readonly labels: infer Labels }
  ? [Labels] extends [true]
    ? never
    : true
  : never
type FactsOf<A> = A extends Arm<infer Facts> ? Facts : never
type ArmsWithoutLabels<A extends Arms> = {
  [Key in keyof A]: [Unlabelled<FactsOf<A[Key]>>] extends [never] ? never : Key
}[keyof A]

/** The kinds of answer that metrics of each kind can judge. */
type JudgedBy = {
  [J in Judged]: { [K in AnswerKind]: J extends (typeof judgeable)[K][number] ? K : never }[AnswerKind]
}

/** The arms whose answers a metric of some kind cannot judge. */
type ArmsUnfitFor<J extends Judged, A extends Arms> = {
  [Key in keyof A]: FactsOf<A[Key]> extends { readonly answers?: infer Answers }
    ? [Exclude<Answers, undefined | JudgedBy[J]>] extends [never]
      ? never
      : Key
    : never
}[keyof A]

/**
 * Each metric as it is, or a sentence in its place when it needs labels that an arm's data do not have, or judges something
 * else than an arm answers with.
 */
type Judgeable<M extends Metrics, A extends Arms> = {
  readonly [Index in keyof M]: Answered<Labelled<M[Index], A>, A>
}

type Labelled<M, A extends Arms> =
  M extends Use<"metric", { readonly needsLabels: true }>
    ? [ArmsWithoutLabels<A>] extends [never]
      ? M
      : `This metric needs labels, but the data of the arm "${ArmsWithoutLabels<A> & string}" have none.`
    : M

type Answered<M, A extends Arms> =
  M extends Use<"metric", { readonly needsLabels: boolean; readonly judged: infer J extends Judged }>
    ? [ArmsUnfitFor<J, A>] extends [never]
      ? M
      : `This metric judges ${J}, but the arm "${ArmsUnfitFor<J, A> & string}" answers with something else.`
    : M

/** An experiment as it is written in TypeScript. */
export interface ExperimentDefinition<A extends Arms, M extends Metrics> {
  /** In kebab case; the name of its folder in the run store. */
  readonly name: string
  readonly question: string
  readonly arms: A
  readonly metrics: Judgeable<M, NoInfer<A>>
  readonly compare:
    | Compare<NoInfer<keyof A & string>, NoInfer<OutputOf<M>>>
    | readonly Compare<NoInfer<keyof A & string>, NoInfer<OutputOf<M>>>[]
  /** How many (then 1, 2, ...), or which. */
  readonly seeds: number | readonly number[]
  /** Of every arm that has none of its own. */
  readonly budget?: { readonly steps: number }
  /** Named changes to all of the above, as JSON merge patches (RFC 7396): `null` removes. */
  readonly profiles?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/**
 * Declares an experiment: separates what the constructors gave into plain data and the plug-ins that it names. Nothing
 * is checked yet but that; `loadDefinition` reads the definition.
 * @throws InvalidDefinition when two different plug-ins share a name, or a value is not plain data
 */
export function experiment<const A extends Arms, const M extends Metrics>(
  definition: ExperimentDefinition<A, M>,
): Definition {
  return separated({ ...definition })
}

/**
 * Any definition with arms, as plain data and plug-ins.
 * @param known plug-ins that are there already
 */
export function separated(
  { profiles, arms, ...rest }: Readonly<Record<string, unknown>>,
  known: Definition["plugins"] = new Map(),
): Definition {
  const plugins = new Map<string, Plugin>(known)
  const mistakes: Mistake[] = []
  const json = {
    ...(separate(rest, [], plugins, mistakes) as JsonObject),
    ...(arms === undefined ? {} : { arms: separate(flatArms(arms), ["arms"], plugins, mistakes) }),
    ...(isRecord(profiles)
      ? { profiles: separate(flatProfiles(profiles), ["profiles"], plugins, mistakes) }
      : {}),
  }
  if (mistakes.length > 0) throw new InvalidDefinition(mistakes)
  return { json, plugins }
}

/** Arms in their JSON form: the method's own keys stand beside `role` and `budget`. */
function flatArms(arms: unknown): unknown {
  if (!isRecord(arms)) return arms
  return Object.fromEntries(
    Object.entries(arms).map(([key, arm]) => {
      if (!isRecord(arm) || !isMethod(arm.method)) return [key, arm]
      const { method, ...others } = arm
      const { plugin, options } = method
      return [key, { plugin, options: { ...options, ...others } }]
    }),
  )
}

function flatProfiles(profiles: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(
    Object.entries(profiles).map(([name, patch]) => [
      name,
      isRecord(patch) && "arms" in patch ? { ...patch, arms: flatArms(patch.arms) } : patch,
    ]),
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function isMethod(value: unknown): value is Use<"method"> {
  return isRecord(value) && "plugin" in value && "options" in value
}
