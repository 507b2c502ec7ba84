import type { StepBody } from "../../engine.ts"
import { stream } from "../../random.ts"
import * as tf from "../../tf.ts"

/** A training step (or a forward pass) that can be timed, with the tensors it owns. */
export interface Workload {
  readonly body: StepBody
  /** The same batch at every step. */
  readonly feeds: Readonly<Record<string, tf.Tensor>>
  /** Numbers in the networks' weights, learnt or frozen, without running averages. */
  readonly parameters: number
  /** Everything that `disposeWorkload` releases. */
  readonly tensors: readonly tf.Tensor[]
}

/** How to make a workload, on the active engine. */
export interface WorkloadRecipe {
  readonly full: () => Workload
  /** The same computation, shrunk so far that pure JavaScript plays a step in a moment. */
  readonly small: () => Workload
}

export function disposeWorkload({ feeds, tensors }: Workload): void {
  tf.dispose([...Object.values(feeds), ...tensors])
}

/** Images `[batch, side, side, channels]`, uniform on [-1, 1). */
export function uniformImages(name: string, batch: number, side: number, channels: number): tf.Tensor4D {
  const values = stream("bench", name).fillUniform(new Float32Array(batch * side * side * channels))
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * 2 - 1
  return tf.tensor4d(values, [batch, side, side, channels])
}

/** Standard normal codes `[batch, 1, 1, size]`. */
export function normalCodes(name: string, batch: number, size: number): tf.Tensor4D {
  const values = stream("bench", name).fillNormal(new Float32Array(batch * size))
  return tf.tensor4d(values, [batch, 1, 1, size])
}
