import { dataset } from "./plugins/dataset.ts"
import { loss } from "./plugins/loss.ts"
import { method } from "./plugins/method.ts"
import { metric } from "./plugins/metric.ts"
import { model } from "./plugins/model.ts"
import type { PluginText } from "./plugins/pluginText.ts"
import { strategy } from "./plugins/strategy.ts"

/** A file to begin with for every kind of plug-in that is often written, by the word that asks for it. */
export const plugins = {
  loss,
  metric,
  dataset,
  model,
  method,
  strategy,
} as const satisfies Record<string, PluginText>

export type PluginKind = keyof typeof plugins
export const pluginKinds = Object.keys(plugins) as readonly PluginKind[]
