import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { pluginOf } from "@saddlepoint/core/declare/decode/resolve"
import type { PluginMap } from "@saddlepoint/core/declare/definition"

/** The folders that a dataset's spec, and those of the datasets in it, name as the places of their files. */
export function locatedFolders(spec: JsonObject, plugins: PluginMap): readonly string[] {
  const { locates = [], slots = {} } = pluginOf("dataset", spec, plugins)
  return Object.entries(spec).flatMap(([key, value]) => {
    if (locates.includes(key)) return typeof value === "string" ? [value] : []
    return slots[key]?.kind === "dataset" ? locatedFolders(value as JsonObject, plugins) : []
  })
}
