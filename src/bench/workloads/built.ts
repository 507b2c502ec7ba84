import type { Kind, Plugin, Use } from "@saddlepoint/core/contracts/plugin"
import { type Built, resolve } from "@saddlepoint/core/declare/decode/resolve"
import { separate } from "@saddlepoint/core/declare/definition"

/** What a part of a definition builds, as a trial gets it: defaults are filled in, slots are built. */
export function built<K extends Kind>(part: Use<K>): Built[K] {
  const plugins = new Map<string, Plugin>()
  const spec = separate(part, [], plugins, [])
  return resolve(part.plugin.kind, spec, plugins)
}
