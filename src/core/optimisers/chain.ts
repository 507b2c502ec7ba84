import type { Tensor } from "@saddlepoint/engine/tf"
import { type AnyOptimiser, isHost, type Named, type Optimiser } from "../contracts/optimiser.ts"

/** Changes a group's gradients before its optimiser sees them, and remembers nothing. */
export type Transform = (at: {
  readonly values: Named<Tensor>
  readonly gradients: Named<Tensor>
}) => Named<Tensor>

/**
 * Transforms in their order, then the optimiser, as optax's `chain`; rate, schedule, scalars and state are the optimiser's.
 * @throws Error for an optimiser that runs on the host: its line search compares losses with the gradients as they are
 */
export function chain(transforms: readonly Transform[], optimiser: AnyOptimiser): Optimiser {
  if (isHost(optimiser)) {
    throw new Error(
      `expected an optimiser that takes one gradient per step, but got ${optimiser.name}, which searches along lines; leave the transform out`,
    )
  }
  return {
    ...optimiser,
    update({ values, gradients }, state, inputs) {
      const changed = transforms.reduce(
        (seen, transform) => transform({ values, gradients: seen }),
        gradients,
      )
      return optimiser.update({ values, gradients: changed }, state, inputs)
    },
  }
}

/** The same change for each gradient by itself. */
export const eachGradient =
  (change: (gradient: Tensor, value: Tensor) => Tensor): Transform =>
  ({ values, gradients }) =>
    Object.fromEntries(
      Object.entries(gradients).map(([name, gradient]) => [name, change(gradient, values[name]!)]),
    )
