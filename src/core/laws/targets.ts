import * as Schema from "effect/Schema"
import { isAxis } from "../axis.ts"
import type { Loss } from "../loss.ts"
import { InvalidDefinition } from "../mistake.ts"
import { isUse, type Plugin, type Use, use } from "../plugin.ts"

/** A loss with its options: built, chosen (`l1(100)`), or as a plug-in with its defaults. */
export type LossTarget = Loss | Use<"loss"> | Plugin<"loss"> | { readonly plugin: Plugin<"loss"> }

/** A loss with the name that tells it from others of its kind, e.g. `adversarial(objective=hinge)`. */
export interface NamedLoss {
  readonly name: string
  readonly loss: Loss
}

/**
 * Builds every loss that a target stands for: one for each value of an axis. Weights are left out, no law depends on
 * them.
 * @throws InvalidDefinition where the options do not fit
 */
export function lossesOf(target: LossTarget): readonly NamedLoss[] {
  if ("role" in target) return [{ name: target.name, loss: target }]
  const chosen = isUse(target) ? (target as Use<"loss">) : use("plugin" in target ? target.plugin : target)
  const { weight: _, ...options } = chosen.options
  return expand(options).map((one) => {
    const words = Object.entries(one).map(([key, value]) => `${key}=${value}`)
    const name = chosen.plugin.name + (words.length === 0 ? "" : `(${words.join(", ")})`)
    return { name, loss: build(chosen.plugin, one) }
  })
}

/** The losses that a module exports: chosen ones, alone or in lists, and plug-ins or constructors that nobody chose options for. */
export function lossesIn(exported: Readonly<Record<string, unknown>>): readonly LossTarget[] {
  const values = Object.values(exported).flat().filter(isTarget)
  const chosen = values.filter((value) => "role" in value || isUse(value))
  const plugins = new Set(chosen.flatMap((value) => ("plugin" in value ? [value.plugin] : [])))
  const targets: LossTarget[] = []
  const seen = new Set<unknown>()
  const add = (target: LossTarget, identity: unknown) => {
    if (!seen.has(identity)) targets.push(target)
    seen.add(identity)
  }
  for (const value of values) {
    if ("role" in value) add(value, value)
    else if (isUse(value)) add(value as Use<"loss">, sameLaws(value as Use<"loss">))
    else {
      const plugin = "plugin" in value ? value.plugin : value
      if (!plugins.has(plugin)) add(plugin, plugin)
    }
  }
  return targets
}

/** Equal for uses that differ in weight only. */
function sameLaws({ plugin, options: { weight: _, ...options } }: Use<"loss">): string {
  return `${plugin.name} ${JSON.stringify(options)}`
}

function isTarget(value: unknown): value is LossTarget {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false
  if ("plugin" in value) return isPlugin(value.plugin)
  return isPlugin(value) || isLoss(value)
}

function isPlugin(value: unknown): value is Plugin<"loss"> {
  return (
    typeof value === "object" &&
    value !== null &&
    "build" in value &&
    "kind" in value &&
    value.kind === "loss"
  )
}

function isLoss(value: object): value is Loss {
  return "role" in value && "laws" in value && ("compute" in value || "discriminator" in value)
}

/** Options for every combination of the values of their axes. */
function expand(options: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
  const swept = Object.entries(options).find(([, value]) => isAxis(value))
  if (swept === undefined) return [options]
  const [key, value] = swept
  return isAxis(value) ? value.axis.flatMap((one) => expand({ ...options, [key]: one })) : []
}

function build(plugin: Plugin<"loss">, options: Readonly<Record<string, unknown>>): Loss {
  const schema = Schema.Struct(plugin.options) as unknown as Schema.Codec<unknown>
  try {
    const decoded = Schema.decodeUnknownSync(schema, { errors: "all", onExcessProperty: "error" })(options)
    return plugin.build(decoded) as Loss
  } catch (cause) {
    const why = (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s*\n\s*/g, " ")
    throw new InvalidDefinition([
      {
        path: [plugin.name],
        message: `${why}; export the loss with options that fit, e.g. ${plugin.name}({ ... })`,
      },
    ])
  }
}
