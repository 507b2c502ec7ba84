import type { Tensor } from "@saddlepoint/engine/tf"
import type { Schedule } from "./schedule.ts"

/** Tensors by the names of variables, or of an optimiser's state. */
export type Named<T> = Readonly<Record<string, T>>

/** Scalars that an optimiser needs at update number `count` (from 1); computed on the host in float64. */
export type HostScalars = Named<(count: number) => number>

/** One tensor of an optimiser's state before the first update: every value is `fill`, 0 where left out. */
export interface StateField {
  readonly shape: readonly number[]
  readonly fill?: number
}

/** What a group's optimiser sees of the host in one update. */
export interface UpdateInputs {
  /** The scheduled learning rate, a float32 scalar. */
  readonly rate: Tensor
  /** By the names of `scalars`. */
  readonly scalars: Named<Tensor>
}

/**
 * A pure pair over a group of variables, as in optax: `init` gives the shapes of the state, `update` the new values and state. It
 * holds nothing: a replayed or resumed step continues exactly.
 */
export interface Optimiser {
  readonly name: string
  /** Learning rate before any schedule. */
  readonly rate: number
  /** Multiplies the rate; constant 1 where left out. */
  readonly schedule?: Schedule
  readonly scalars: HostScalars
  /** @param shapes of the group's variables, by name */
  init(shapes: Named<readonly number[]>): Named<StateField>
  /**
   * @param at values and gradients of the variables that a gradient reached; the others stand still
   * @returns the new values of those, and those tensors of the state that change
   */
  update(
    at: { readonly values: Named<Tensor>; readonly gradients: Named<Tensor> },
    state: Named<Tensor>,
    inputs: UpdateInputs,
  ): { readonly values: Named<Tensor>; readonly state: Named<Tensor> }
}

/** The objective and its gradient at a point. */
export interface Evaluated {
  readonly loss: number
  readonly gradient: Float64Array
}

/**
 * An optimiser that decides on the host how often it looks at the objective: L-BFGS with its line search. All variables of the group are
 * one vector, in the order of the group. Each evaluation is a replayed step; random draws and the batch stay those of the step.
 */
export interface HostOptimiser {
  readonly name: string
  readonly rate: number
  readonly schedule?: Schedule
  /** Marks it: `host` in the place of the scalars of the other kind. */
  readonly host: true
  /** The state before the first update, float32, so that a checkpoint holds it exactly. */
  init(size: number): Named<HostStateField>
  update(
    at: { readonly values: Float64Array; readonly evaluate: (values: Float64Array) => Promise<Evaluated> },
    state: Named<Float32Array>,
    inputs: { readonly rate: number; readonly count: number },
  ): Promise<{ readonly values: Float64Array; readonly state: Named<Float32Array> }>
}

export interface HostStateField {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

export type AnyOptimiser = Optimiser | HostOptimiser

export function isHost(optimiser: AnyOptimiser): optimiser is HostOptimiser {
  return "host" in optimiser
}
