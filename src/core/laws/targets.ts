import { isAxis } from "../contracts/axis.ts"
import type { AnyLoss } from "../contracts/loss.ts"
import { isUse, type Kind, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { build } from "../declare/decode/resolve.ts"
import { declared } from "./declared.ts"
import { standInPlugin } from "./standIn.ts"

/** A plug-in with its options: chosen (`l1(100)`), or with its examples, alone or behind its constructor. */
export type PluginTarget<K extends Kind> = Use<K> | Plugin<K> | { readonly plugin: Plugin<K> }

/** A loss with its options, built or not. */
export type LossTarget = AnyLoss | PluginTarget<"loss">

/** Options by name, slots included, as a constructor takes them. */
export type ChosenOptions = Use<Kind>["options"]

/** A loss with the name that tells it from others of its kind, e.g. `adversarial(objective=hinge)`. */
export interface NamedLoss {
  readonly name: string
  readonly loss: AnyLoss
}

/** Options of every loss that say how much it counts and when: no law depends on them. */
const counting = ["weight", "schedule", "every"]

/**
 * Builds every loss that a target stands for: one for each value of an axis; of a plug-in that nobody chose options for, one for
 * each of its examples, or its defaults where it has none.
 * @throws InvalidDefinition where the options do not fit
 */
export function lossesOf(target: LossTarget): readonly NamedLoss[] {
  if ("role" in target) return [{ name: target.name, loss: target }]
  const { plugin, sets } = chosenOf(target, counting)
  return sets.map((options) => {
    const { spec, plugins } = declared(
      use(plugin, { ...standInsFor(plugin), ...options }),
      `export the loss with options that fit, e.g. ${plugin.name}({ ... })`,
    )
    return { name: nameOf(plugin, options), loss: build("loss", spec, plugins) }
  })
}

/** Networks that a loss sees with and has no default for. */
function standInsFor({ slots = {} }: Plugin): ChosenOptions {
  const needed = Object.entries(slots).filter(
    ([, slot]) => slot.kind === "judge" && slot.default === undefined && !slot.optional,
  )
  return Object.fromEntries(needed.map(([name]) => [name, use(standInPlugin)]))
}

/**
 * The plug-in of a target, and the option sets for which it stands: one for each value of an axis.
 * @param ignored options that make no difference
 */
export function chosenOf<K extends Kind>(
  target: PluginTarget<K>,
  ignored: readonly string[] = [],
): { readonly plugin: Plugin<K>; readonly sets: readonly ChosenOptions[] } {
  const plugin = "plugin" in target ? target.plugin : target
  const chosen = isUse(target) ? [target.options] : (plugin.examples ?? [{}])
  const sets = chosen.map((options) =>
    Object.fromEntries(Object.entries(options).filter(([name]) => !ignored.includes(name))),
  )
  return { plugin, sets: sets.flatMap(expand) }
}

/** `adversarial(objective=hinge)`, `dan(losses=crossEntropy+coral)`. */
export function nameOf({ name }: Plugin, options: ChosenOptions): string {
  const words = Object.entries(options).map(([key, value]) => `${key}=${wordOf(value)}`)
  return words.length === 0 ? name : `${name}(${words.join(", ")})`
}

function wordOf(value: unknown): string {
  if (isUse(value)) return nameOf(value.plugin, value.options)
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(wordOf).join("+")
  return String(value)
}

/** The losses that a module exports: chosen ones, alone or in lists, and plug-ins or constructors that nobody chose options for. */
export function lossesIn(exported: Readonly<Record<string, unknown>>): readonly LossTarget[] {
  return targetsIn("loss", exported, isLoss, sameLaws)
}

/**
 * The plug-ins of a kind that a module exports, and what was built or chosen of them, once each.
 * @param isBuilt what a plug-in of the kind builds
 * @param sameAs equal for uses that are as good as one
 */
export function targetsIn<K extends Kind, Built>(
  kind: K,
  exported: Readonly<Record<string, unknown>>,
  isBuilt: (value: object) => value is Built & object,
  sameAs: (chosen: Use<K>) => unknown,
): readonly (Built | PluginTarget<K>)[] {
  const objects = Object.values(exported)
    .flat()
    .filter((value) => value !== null && (typeof value === "object" || typeof value === "function"))
  const found = objects.filter((value) => isBuilt(value) || isTargetOf(kind, value)) as (
    | (Built & object)
    | PluginTarget<K>
  )[]
  const chosen = new Set(found.flatMap((value) => (isUse(value) ? [value.plugin as Plugin] : [])))
  const targets = new Map<unknown, Built | PluginTarget<K>>()
  const add = (target: Built | PluginTarget<K>, identity: unknown) => {
    if (!targets.has(identity)) targets.set(identity, target)
  }
  for (const value of found) {
    if (isUse(value)) add(value as Use<K>, sameAs(value as Use<K>))
    else if (isTargetOf(kind, value)) {
      const plugin = "plugin" in value ? value.plugin : value
      if (!chosen.has(plugin as Plugin)) add(plugin as Plugin<K>, plugin)
    } else add(value, value)
  }
  return [...targets.values()]
}

/** Equal for uses that differ only in how much the loss counts, and when. */
function sameLaws(chosen: Use<"loss">): string {
  return `${chosen.plugin.name} ${JSON.stringify(chosenOf(chosen, counting).sets)}`
}

/** Whether a value is a plug-in of a kind, chosen or not. */
export function isTargetOf<K extends Kind>(kind: K, value: object): value is PluginTarget<K> {
  const plugin = "plugin" in value ? value.plugin : value
  return (
    typeof plugin === "object" &&
    plugin !== null &&
    "build" in plugin &&
    "kind" in plugin &&
    plugin.kind === kind
  )
}

function isLoss(value: object): value is AnyLoss {
  return "role" in value && "laws" in value && "sides" in value
}

/** Options for every combination of the values of their axes. */
function expand(options: ChosenOptions): readonly ChosenOptions[] {
  const swept = Object.entries(options).find(([, value]) => isAxis(value))
  if (swept === undefined) return [options]
  const [key, value] = swept
  return isAxis(value) ? value.axis.flatMap((one) => expand({ ...options, [key]: one })) : []
}
