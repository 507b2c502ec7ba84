import * as tf from "@saddlepoint/engine/tf"

/** Given initial values, as `Layer.addWeight` wants them: of variables that are computed from others'. */
export function still(values: Float32Array): ReturnType<typeof tf.initializers.zeros> {
  const given = { apply: (shape: number[]) => tf.tensor(values, shape, "float32") }
  return given as unknown as ReturnType<typeof tf.initializers.zeros>
}
