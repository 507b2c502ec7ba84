import * as tf from "@saddlepoint/engine/tf"
import type { Sweepable } from "../contracts/axis.ts"
import type { AnyOptimiser, Optimiser } from "../contracts/optimiser.ts"
import { type Plugin, type Use, use } from "../contracts/plugin.ts"
import { chain, eachGradient, type Transform } from "./chain.ts"
import { positive } from "./hyperparameters.ts"

export const clipByValuePlugin: Plugin<"optimiser", Optimiser> = {
  kind: "optimiser",
  name: "clipByValue",
  version: 1,
  options: { max: positive },
  slots: { optimiser: { kind: "optimiser" } },
  examples: [{ max: 0.5, optimiser: { use: "sgd" } }],
  build: ({ max, optimiser }: { readonly max: number; readonly optimiser: AnyOptimiser }) =>
    chain([clippedByValue(max)], optimiser),
}

/**
 * An optimiser that sees every element of the gradients clipped to [-max, max], as PyTorch's `clip_grad_value_`. A weight decay of
 * the optimiser is added after.
 * @param max above 0
 */
export function clipByValue(
  max: Sweepable<number>,
  optimiser: Sweepable<Use<"optimiser">>,
): Use<"optimiser"> {
  return use(clipByValuePlugin, { max, optimiser })
}

/** The transform by itself, for plug-ins that fix their own optimiser. */
export const clippedByValue = (max: number): Transform =>
  eachGradient((gradient) => tf.clipByValue(gradient, -max, max))
