import * as tf from "@saddlepoint/engine/tf"
import type { HostOptimiser, Named, Optimiser } from "../../contracts/optimiser.ts"

/** Values of a group's variables on the host, one-dimensional, by name. */
export type Point = Named<readonly number[]>

/** Values and state after updates; `state` as one list per tensor. */
export interface Played {
  readonly values: Named<number[]>
  readonly state: Named<number[]>
}

/** The state before the first update. */
export function freshState(optimiser: Optimiser, point: Point): Named<number[]> {
  const shapes = Object.fromEntries(Object.entries(point).map(([name, values]) => [name, [values.length]]))
  return Object.fromEntries(
    Object.entries(optimiser.init(shapes)).map(([name, { shape, fill = 0 }]) => [
      name,
      Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => fill),
    ]),
  )
}

/** One update on the host. Variables that `gradients` does not name are not shown to the optimiser. */
export function updated(
  optimiser: Optimiser,
  { values, state }: { readonly values: Point; readonly state: Point },
  gradients: Point,
  count: number,
  progress = 0,
): Played {
  return tf.tidy(() => {
    const tensors = (point: Point, names = Object.keys(point)) =>
      Object.fromEntries(names.map((name) => [name, tf.tensor1d([...point[name]!])]))
    const lists = (point: Named<tf.Tensor>) =>
      Object.fromEntries(Object.entries(point).map(([name, tensor]) => [name, [...tensor.dataSync()]]))
    const scalars = Object.entries(optimiser.scalars).map(([name, at]) => [name, tf.scalar(at(count))])
    const rate = tf.scalar(optimiser.rate * (optimiser.schedule?.(count - 1, progress) ?? 1))
    const next = optimiser.update(
      { values: tensors(values, Object.keys(gradients)), gradients: tensors(gradients) },
      tensors(state),
      { rate, scalars: Object.fromEntries(scalars) },
    )
    return {
      values: { ...lists(tensors(values)), ...lists(next.values) },
      state: { ...lists(tensors(state)), ...lists(next.state) },
    }
  })
}

/** Updates from a fresh state, with gradients that depend on the values. */
export function played(
  optimiser: Optimiser,
  start: Point,
  gradientAt: (values: Point, count: number) => Point,
  steps: number,
): Played {
  let at: Played = {
    values: Object.fromEntries(Object.entries(start).map(([name, values]) => [name, [...values]])),
    state: freshState(optimiser, start),
  }
  for (let count = 1; count <= steps; count++) {
    at = updated(optimiser, at, gradientAt(at.values, count), count, (count - 1) / steps)
  }
  return at
}

/** What a host optimiser evaluates: the loss, and its gradient, at a point. */
export type Objective = (values: Float64Array) => { readonly loss: number; readonly gradient: Float64Array }

/** Updates of a host optimiser from a fresh state; `losses` has one list of evaluations per update. */
export async function playedOnHost(
  optimiser: HostOptimiser,
  start: readonly number[],
  objective: Objective,
  updates: number,
): Promise<{ values: Float64Array; state: Named<Float32Array>; losses: number[][] }> {
  let values: Float64Array = Float64Array.from(start)
  const fresh = Object.entries(optimiser.init(start.length)).map(([name, field]) => [name, field.values])
  let state: Named<Float32Array> = Object.fromEntries(fresh)
  const losses: number[][] = []
  for (let count = 1; count <= updates; count++) {
    const seen: number[] = []
    const evaluate = async (at: Float64Array) => {
      const evaluated = objective(at)
      seen.push(evaluated.loss)
      return evaluated
    }
    const next = await optimiser.update({ values, evaluate }, state, { rate: optimiser.rate, count })
    values = next.values
    state = next.state
    losses.push(seen)
  }
  return { values, state, losses }
}
