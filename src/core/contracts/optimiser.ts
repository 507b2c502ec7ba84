import type { Tensor } from "@saddlepoint/engine/tf"

/** Scalars that an optimiser needs at update number `count` (from 1); computed on the host in float64. */
export type HostScalars = Readonly<Record<string, (count: number) => number>>

/**
 * A pure pair over tensors of one variable, as in optax: `init` gives the shapes of the state, `update` the new value
 * and state. It holds nothing: a replayed or resumed step continues exactly.
 */
export interface Optimiser {
  readonly name: string
  /** Learning rate before any schedule. */
  readonly rate: number
  /** Names of the state tensors, each of the variable's shape, zero at the start. */
  readonly slots: readonly string[]
  readonly scalars: HostScalars
  /**
   * @param rate the scheduled learning rate, a float32 scalar
   * @param scalars by the names of `scalars`
   */
  update(
    gradient: Tensor,
    slots: Readonly<Record<string, Tensor>>,
    value: Tensor,
    rate: Tensor,
    scalars: Readonly<Record<string, Tensor>>,
  ): { readonly value: Tensor; readonly slots: Readonly<Record<string, Tensor>> }
}
