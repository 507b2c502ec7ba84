import * as tf from "@saddlepoint/engine/tf"
import type { HostBatch } from "../contracts/dataset.ts"

/** Copies a batch from the host to tensors; classes and label maps stay int32. */
export function toTensors(batch: HostBatch): Record<string, tf.Tensor> {
  const fields = Object.entries(batch).map(([name, { values, shape }]) => {
    return [name, tf.tensor(values, [...shape], values instanceof Int32Array ? "int32" : "float32")] as const
  })
  return Object.fromEntries(fields)
}
