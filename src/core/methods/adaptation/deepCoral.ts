import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../../contracts/axis.ts"
import { type CoralForm, coral } from "../../losses/domain/coral.ts"
import type { AdaptationMethod, MethodFacts } from "../../contracts/method.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import { type MatchingParts, matching } from "./matching.ts"
import { type StrategySpec, strategyOptions, strategySlots, weightOption } from "./strategy.ts"

interface DeepCoralOptions {
  /** Of the loss between the domains; 1 where left out. */
  readonly weight: number
  /** What is compared; `covariance`, as in the paper, where left out. */
  readonly form: CoralForm
}

export const deepCoralPlugin: Plugin<"method", AdaptationMethod> = {
  kind: "method",
  name: "deepCoral",
  version: 1,
  options: {
    ...strategyOptions,
    weight: weightOption(1),
    form: Schema.Literals(["covariance", "momentMeans"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("covariance" as const)),
    ),
  },
  slots: strategySlots,
  build: (parts: MatchingParts & DeepCoralOptions): AdaptationMethod =>
    matching(parts, "coral", (source, target) => coral(source, target, parts.form)),
}

/**
 * Deep CORAL (Sun and Saenko 2016): the covariances of source and target features are drawn together. On the features here, where
 * the paper takes the last layer's outputs.
 */
export function deepCoral<const Labels extends boolean>(
  spec: StrategySpec<Labels> & {
    readonly [Key in keyof DeepCoralOptions]?: Sweepable<DeepCoralOptions[Key]>
  },
): Use<"method", MethodFacts<Labels, "classes">> {
  return use(deepCoralPlugin, { ...spec })
}
