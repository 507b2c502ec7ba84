import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import type { Field, Fields } from "../../contracts/field.ts"

/** A field of images. */
export function images(height: number, width: number, channels: number): Field {
  return { shape: [height, width, channels], dtype: "float32" }
}

/** A batch of random values of each field: normal ones, or classes. */
export function batchOf(fields: Fields, size: number, key = "batch"): Record<string, tf.Tensor> {
  const tensors = Object.entries(fields).map(([name, { shape, dtype, classes = 2 }]) => {
    const source = stream(6, key, name)
    const values = new Float32Array(size * tf.util.sizeFromShape([...shape]))
    if (dtype === "float32") source.fillNormal(values)
    else for (let i = 0; i < values.length; i++) values[i] = source.integer(classes)
    return [name, tf.tensor(values, [size, ...shape], dtype)] as const
  })
  return Object.fromEntries(tensors)
}
