import type { Tensor } from "@saddlepoint/engine/tf"
import type { AnyLoss } from "../contracts/loss.ts"
import type { Mistake } from "../contracts/mistake.ts"
import type { Model, Values } from "../contracts/player.ts"

/** The features among what a player gave, `features` or `features.<layer>`, in their order. */
export function featuresOf(values: Values): readonly Tensor[] {
  return Object.entries(values)
    .filter(([name]) => name === "features" || name.startsWith("features."))
    .map(([, tensor]) => tensor)
}

/** Losses on features that a model does not give, as mistakes. */
export function unseenFeatures(losses: readonly AnyLoss[], { gives, part }: Model): Mistake[] {
  if (gives.some((name) => name === "features" || name.startsWith("features."))) return []
  return losses.flatMap(({ name, role }, index) =>
    role === "features"
      ? [
          {
            path: ["losses", index],
            message: `expected a ${part} that gives features for ${name} but got one that gives ${gives.join(", ")}; choose another ${part} or remove the loss`,
          },
        ]
      : [],
  )
}
