import type { Tensor } from "@saddlepoint/engine/tf"
import type { Values } from "../contracts/player.ts"

/** The features among what a player gave, `features` or `features.<layer>`, in their order. */
export function featuresOf(values: Values): readonly Tensor[] {
  return Object.entries(values)
    .filter(([name]) => name === "features" || name.startsWith("features."))
    .map(([, tensor]) => tensor)
}
