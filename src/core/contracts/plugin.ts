import type * as Schema from "effect/Schema"
import type { Sweepable } from "./axis.ts"
import type { Mistake } from "./mistake.ts"

/** The kinds of part that a definition is put together from. */
export type Kind =
  | "dataset"
  | "model"
  | "loss"
  | "optimiser"
  | "schedule"
  | "method"
  | "metric"
  | "judge"
  | "scorer"

/**
 * A place in a plug-in's options that holds other plug-ins.
 * `many` takes a list; `optional` may be left out; `default` fills in what is left out (as JSON, see `Json`), a list where `many`. `words` may
 * stand in the place of a plug-in and arrive as they are; the first does where the slot is left out.
 */
export interface Slot {
  readonly kind: Kind
  readonly many?: boolean
  readonly optional?: boolean
  readonly default?: Use<Kind> | readonly Use<Kind>[]
  readonly words?: readonly string[]
}

/**
 * One part that a definition can name: its options as data, and how to build it.
 *
 * `version` is part of every trial's identity: raise it whenever the same options give other numbers.
 * `options` are plain values with their ranges and defaults (`Schema.withDecodingDefaultKey`); `slots` are nested
 * plug-ins; every method has a slot `data` of kind dataset. `check` refuses what only arithmetic can tell (depths,
 * sizes): it gets the decoded options and, by slot, the resolved JSON of what is in it; its paths are relative to them.
 */
export interface Plugin<K extends Kind = Kind, Built = unknown> {
  readonly kind: K
  /** The word in definitions, camelCase, unique within its kind. */
  readonly name: string
  readonly version: number
  readonly options: Schema.Struct.Fields
  readonly slots?: Readonly<Record<string, Slot>>
  /** Options under which it computes something else, for laws and conformance suites; its defaults alone where left out. */
  readonly examples?: readonly Readonly<Record<string, unknown>>[]
  /** Datasets only: options that say where files lie. They are no part of any identity; the digest of the bytes is. */
  readonly locates?: readonly string[]
  // biome-ignore lint/suspicious/noExplicitAny: options were decoded by `options` just before; each plug-in names its own type
  readonly check?: (options: any) => readonly Mistake[]
  // biome-ignore lint/suspicious/noExplicitAny: see above; slots arrive built
  readonly build: (options: any) => Built
}

/**
 * A plug-in with chosen options, as a constructor such as `l1(100)` gives it. `experiment()` separates it into
 * JSON `{ use: name, ...options }` and the plug-in itself. `Facts` exist for the compiler only (paired or not, ...).
 */
export interface Use<K extends Kind, Facts = unknown> {
  readonly plugin: Plugin<K>
  readonly options: Readonly<Record<string, unknown>>
  /** Never present at run time. */
  readonly facts?: Facts | undefined
}

/** Options of a constructor: every one may be swept by an axis. */
export type Options<T> = { readonly [Key in keyof T]: Sweepable<T[Key]> }

/** Chooses options for a plug-in. `undefined` options are left out, so that defaults apply. */
export function use<K extends Kind, Facts = unknown>(
  plugin: Plugin<K>,
  options: Readonly<Record<string, unknown>> = {},
): Use<K, Facts> {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  return { plugin, options: given }
}

/** Whether a value is what a constructor gives. */
export function isUse(value: unknown): value is Use<Kind> {
  return typeof value === "object" && value !== null && "plugin" in value && "options" in value
}
