import type { JsonObject } from "../contracts/json.ts"
import { InvalidDefinition, type Mistake } from "../contracts/mistake.ts"
import type { Kind, Plugin, Use } from "../contracts/plugin.ts"
import { canonical } from "../declare/canonical.ts"
import { decodePlugin } from "../declare/decode/decodePlugin.ts"
import { type Built, build } from "../declare/decode/resolve.ts"
import { type PluginMap, separate } from "../declare/definition.ts"

/** A plug-in whose options were decoded as those of a definition are, with every default filled in. */
export interface Declared {
  readonly spec: JsonObject
  readonly plugins: PluginMap
}

/**
 * @param advice what to do about options that do not fit
 * @throws InvalidDefinition where they do not
 */
export function declared(chosen: Use<Kind>, advice: string): Declared {
  const { kind, name } = chosen.plugin
  const mistakes: Mistake[] = []
  const plugins = new Map<string, Plugin>()
  const json = separate(chosen, [], plugins, mistakes)
  const spec = mistakes.length > 0 ? undefined : decodePlugin(json, kind, [], { plugins, mistakes })
  if (spec !== undefined) return { spec, plugins }
  throw new InvalidDefinition(
    mistakes.map(({ path, message }) => ({ path: [name, ...path], message: `${message}; ${advice}` })),
  )
}

/**
 * Builds each of some uses of one plug-in that is like none before it: the defaults, where no later one says the same in words. Where
 * there are others, defaults that a plug-in does not have are none.
 */
export function distinct<K extends Kind>(
  uses: readonly Use<K>[],
  advice: string,
): readonly { readonly options: Use<K>["options"]; readonly built: Built[K] }[] {
  const byMeaning = new Map<string, { readonly options: Use<K>["options"]; readonly whole: Declared }>()
  for (const chosen of uses) {
    const isDefault = Object.keys(chosen.options).length === 0
    if (isDefault && uses.length > 1 && !fits(chosen)) continue
    const whole = declared(chosen, advice)
    byMeaning.set(canonical(whole.spec), { options: chosen.options, whole })
  }
  return Array.from(byMeaning.values(), ({ options, whole: { spec, plugins } }) => ({
    options,
    built: build(uses[0]!.plugin.kind, spec, plugins),
  }))
}

function fits(chosen: Use<Kind>): boolean {
  try {
    declared(chosen, "")
    return true
  } catch (error) {
    if (error instanceof InvalidDefinition) return false
    throw error
  }
}
