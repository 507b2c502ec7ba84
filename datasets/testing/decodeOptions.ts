import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import * as Schema from "effect/Schema"

/** Options of a plug-in with its defaults, decoded as a definition's are. Throws what the schema says. */
export function decodeOptions(plugin: Plugin, options: object): Readonly<Record<string, unknown>> {
  const schema = Schema.Struct(plugin.options) as unknown as Schema.Codec<Readonly<Record<string, unknown>>>
  return Schema.decodeUnknownSync(schema, { errors: "all", onExcessProperty: "error" })(options)
}
