import type { Tensor } from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { isAxis, type Sweepable } from "../contracts/axis.ts"
import type { GivenNetwork } from "../contracts/givenNetwork.ts"
import type { LawFacts, Loss, LossWorld, Role, Roles, Scope, Side } from "../contracts/loss.ts"
import type { Mistake } from "../contracts/mistake.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import type { Schedule } from "../contracts/schedule.ts"

/** Every loss has a weight, which the weighted sum multiplies in (`compose.ts`); values of the loss itself are unweighted. */
const weighted = {
  weight: Schema.Finite.check(
    Schema.isGreaterThanOrEqualTo(0, { message: "expected a weight of at least 0" }),
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
  every: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
}
type Weighted = typeof weighted

/** What a user may write: keys with defaults may be left out. */
type Written<O extends Schema.Struct.Fields> = Schema.Struct.Encoded<O & Weighted>
/** What a side gets: every option is there. */
type Decoded<O extends Schema.Struct.Fields> = Schema.Struct.Type<O & Weighted>

/** What stands beside the options: a schedule of the weight, and given networks in the slots of `needs`. */
type Beside<Needs extends string> = {
  readonly [Key in "schedule" | Needs]?: Sweepable<Use<Key extends Needs ? "judge" : "schedule">>
}

/** Gives a loss with chosen options: `l1()`, `l1(100)`, `l1(axis(10, 100))`, `l1({ weight: 100 })`. */
export interface LossConstructor<
  O extends Schema.Struct.Fields,
  R extends Role,
  Needs extends string = never,
> {
  (options?: Sweepable<number> | (Options<Written<O>> & Beside<Needs>)): Use<"loss", { role: R }>
  readonly plugin: Plugin<"loss", Loss<R>>
}

/** What one side of a loss of some role minimises: `[batch]`, each the mean within its example, or `[]` where the scope is `batch`. */
type SideOf<R extends Role, O extends Schema.Struct.Fields> = (
  seen: Roles[R],
  options: Decoded<O>,
  world: LossWorld,
) => Tensor

/** What a loss consists of. */
export interface LossDefinition<
  R extends Role,
  O extends Schema.Struct.Fields,
  Needs extends string = string,
> {
  /** The word in definitions and learning curves, camelCase. */
  readonly name: string
  /** Raise it whenever the same options give other numbers. */
  readonly version: number
  /** Options besides those that every loss has: `weight`, 1 by default; `every`, for lazy ones; `schedule`, of the weight. */
  readonly options?: O
  /** Refuses options that do not go together; paths are relative to them. */
  readonly check?: (options: Decoded<O>) => readonly Mistake[]
  /** Given networks that it sees with, by the names of their slots; what is left out of a definition is the default. */
  readonly needs?: Readonly<Record<Needs, Use<"judge"> | undefined>>
  /** `example` where left out; or a function that tells it from the options. */
  readonly scope?: Scope | ((options: Decoded<O>) => Scope)
  /** What the player that the method is about minimises. */
  readonly learner?: SideOf<R, O>
  /** What its opponent minimises. */
  readonly opponent?: SideOf<R, O>
  /** What the laws need to know, or a function that tells it from the options. */
  readonly laws: LawFacts[R] | ((options: Decoded<O>) => LawFacts[R])
  /** Options under which it computes something else: the laws are checked of each. Its defaults where left out. */
  readonly examples?: readonly Readonly<Record<string, unknown>>[]
}

/**
 * Defines a loss, in the repository or in anybody's own file: its role says what it may see.
 * `export const cubic = loss("reconstruction", { name: "cubic", version: 1, learner: ({ output, target }) => ..., laws: { ... } })`,
 * then `pix2pix({ losses: [cubic(10)], ... })`.
 */
export function loss<
  R extends Role,
  O extends Schema.Struct.Fields = Record<never, never>,
  Needs extends string = never,
>(role: R, definition: LossDefinition<R, O, Needs>): LossConstructor<O, R, Needs> {
  const { name, version, options, check, examples } = definition
  const needs: Readonly<Record<string, Use<"judge"> | undefined>> = definition.needs ?? {}
  const given = Object.entries(needs).map(
    ([need, network]) =>
      [need, { kind: "judge" as const, ...(network === undefined ? {} : { default: network }) }] as const,
  )
  const plugin: Plugin<"loss", Loss<R>> = {
    kind: "loss",
    name,
    version,
    options: { ...options, ...weighted },
    slots: { schedule: { kind: "schedule", optional: true }, ...Object.fromEntries(given) },
    ...(examples === undefined ? {} : { examples }),
    ...(check === undefined ? {} : { check }),
    build: (chosen: Decoded<O> & Built) => built(role, definition, chosen),
  }
  const construct = (chosen?: Sweepable<number> | Readonly<Record<string, unknown>>) =>
    use<"loss", { role: R }>(plugin, isWeight(chosen) ? { weight: chosen } : { ...chosen })
  return Object.assign(construct, { plugin }) as LossConstructor<O, R, Needs>
}

/** What is there beside the options once the slots are built. */
interface Built {
  readonly weight: number
  readonly every?: number
  readonly schedule?: Schedule
}

function built<R extends Role, O extends Schema.Struct.Fields>(
  role: R,
  definition: LossDefinition<R, O>,
  chosen: Decoded<O> & Built,
): Loss<R> {
  const { laws, needs = {}, scope = "example" } = definition
  const { weight, every, schedule } = chosen
  const sides = (["learner", "opponent"] as const).flatMap((side: Side) => {
    const of = definition[side]
    return of === undefined
      ? []
      : [[side, (seen: Roles[R], world: LossWorld) => of(seen, chosen, world)] as const]
  })
  const networks = Object.keys(needs).map(
    (need) => [need, (chosen as Readonly<Record<string, unknown>>)[need] as GivenNetwork] as const,
  )
  return {
    role,
    name: definition.name,
    weight,
    scope: typeof scope === "function" ? scope(chosen) : scope,
    sides: Object.fromEntries(sides),
    ...(schedule === undefined ? {} : { schedule }),
    ...(every === undefined ? {} : { every }),
    ...(networks.length === 0 ? {} : { needs: Object.fromEntries(networks) }),
    laws: typeof laws === "function" ? laws(chosen) : laws,
  }
}

function isWeight(value: unknown): value is Sweepable<number> {
  return typeof value === "number" || isAxis(value)
}
