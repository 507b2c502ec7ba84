import type { JsonObject } from "../contracts/json.ts"
import type { Kind } from "../contracts/plugin.ts"
import { pluginOf, visitPlugins } from "./decode/resolve.ts"
import type { PluginMap } from "./definition.ts"

/**
 * Versions of the preimages; another one makes every trial, judge or evaluation another one. Trials of schema 1 had their metrics and
 * judges in them.
 */
export const schemas = { trial: 2, judge: 1, evaluation: 1 } as const

/**
 * Version of how all metrics are asked: one pass over the whole split in a drawn order (version 1: in its own), networks in their test
 * mode; answers about classes are asked for twice.
 */
export const protocol = 2

/** A split that trials are judged on in place of the test split; part of their identity, and of their judges'. */
export type OtherSplit = "validation"

/** A dataset's spec, and those of the datasets in it, without the options that only say where files lie. */
export function withoutPlaces(data: JsonObject, plugins: PluginMap): JsonObject {
  const { locates: places = [], slots = {} } = pluginOf("dataset", data, plugins)
  const kept = Object.entries(data).filter(([key]) => !places.includes(key))
  return Object.fromEntries(
    kept.map(([key, value]) =>
      slots[key]?.kind === "dataset" ? [key, withoutPlaces(value as JsonObject, plugins)] : [key, value],
    ),
  )
}

/** Notes the versions of the plug-ins in a spec, by `kind/name`. */
export function noteVersions(
  kind: Kind,
  spec: JsonObject,
  plugins: PluginMap,
  versions: Record<string, number>,
): void {
  visitPlugins(kind, spec, plugins, (plugin) => {
    versions[`${plugin.kind}/${plugin.name}`] = plugin.version
  })
}
