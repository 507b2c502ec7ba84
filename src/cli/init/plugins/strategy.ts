import type { PluginText } from "./pluginText.ts"

export const strategy: PluginText = {
  about:
    "a strategy of domain adaptation: a loss between the domains' features, and the method that lowers it",
  place: (name) => `arms: { ${name}: challenger(${name}({ data: adaptation({ source, target }) })) }`,
  text: (name) => `import type { ClassesMethod, MethodFacts } from "@saddlepoint/core/contracts/method"
import { loss } from "@saddlepoint/core/loss"
import { crossEntropy } from "@saddlepoint/core/losses/crossEntropy"
import { type MatchingParts, matching } from "@saddlepoint/core/methods/adaptation/matching"
import { strategyOptions, strategySlots, weightOption } from "@saddlepoint/core/methods/adaptation/strategy"
import { type Plugin, type Use, use } from "@saddlepoint/core/plugin"
import * as tf from "@saddlepoint/engine/tf"

/** Squared distance of the domains' mean features, to be replaced by yours: \`source\` and \`target\` are float32 [batch, features]. */
export const ${name}Distance = loss("domains", {
  name: "${name}Distance",
  // Raise it whenever the same options give other numbers.
  version: 1,
  scope: "batch",
  learner: ({ source, target }) => tf.sum(tf.squaredDifference(tf.mean(source, 0), tf.mean(target, 0))),
  // By its definition, in plain numbers: what the laws compare with.
  laws: {
    definition(source, target) {
      const mean = (rows: readonly (readonly number[])[], at: number) =>
        rows.reduce((sum, row) => sum + row[at]! / rows.length, 0)
      return source[0]!.reduce((sum, _, at) => sum + (mean(source, at) - mean(target, at)) ** 2, 0)
    },
  },
})

export const ${name}Plugin: Plugin<"method", ClassesMethod> = {
  kind: "method",
  name: "${name}",
  version: 1,
  // \`weight\` is what turns the strategy off: at 0 it is source-only training, bit for bit.
  options: { ...strategyOptions, weight: weightOption(1) },
  slots: strategySlots([crossEntropy(), ${name}Distance()]),
  build: (parts: MatchingParts): ClassesMethod => matching(parts),
}

interface Spec {
  /** Of two domains: \`adaptation({ source, target })\`. */
  readonly data: Use<"dataset">
  readonly network?: Use<"model">
  readonly optimiser?: Use<"optimiser">
  readonly batch?: number
  /** Of the loss between the domains; 1 where left out. */
  readonly weight?: number
}

export const ${name} = (spec: Spec): Use<"method", MethodFacts<true, "classes">> => use(${name}Plugin, { ...spec })
`,
}
