import type { JsonObject } from "../contracts/json.ts"
import { InvalidDefinition, type Mistake } from "../contracts/mistake.ts"
import type { Kind, Plugin, Use } from "../contracts/plugin.ts"
import { decodePlugin } from "../declare/decode/decodePlugin.ts"
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
