import * as tf from "@saddlepoint/engine/tf"

/** The arrays of TensorFlow.js's float32 tensors outside `inDouble`. */
const Single = globalThis.Float32Array

/** Makes arrays of float64 in the place of those of float32, and takes either for such. */
const Double = new Proxy(Float64Array, {
  get: (array, key) =>
    key === Symbol.hasInstance
      ? (value: unknown) => value instanceof Float64Array || value instanceof Single
      : Reflect.get(array, key),
}) as unknown as Float32ArrayConstructor

/** Whether TensorFlow.js's backend can compute in float64: its own `cpu`, whose kernels are JavaScript. */
export function canDouble(): boolean {
  return tf.getBackend() === "cpu"
}

/** Whether what runs now computes in float64. */
export function isDouble(): boolean {
  return globalThis.Float32Array === Double
}

/**
 * Computes in float64 where the backend can, in float32 elsewhere: a reference for the very code of a loss. The kernels of the `cpu`
 * backend are JavaScript, whose arithmetic is that of float64; they round only where they store a value in a `Float32Array`. For as
 * long as `compute` runs, which must be synchronous, that name stands for arrays of float64. Tensors keep the dtype float32; those
 * that were made before keep their rounded values.
 */
export function inDouble<T>(compute: () => T): T {
  return canDouble() ? storing(Double, compute) : compute()
}

/** Computes in float32, also within `inDouble`. */
export function inSingle<T>(compute: () => T): T {
  return storing(Single, compute)
}

function storing<T>(arrays: Float32ArrayConstructor, compute: () => T): T {
  const { platform } = tf.env()
  const before = { arrays: globalThis.Float32Array, isTypedArray: platform.isTypedArray }
  globalThis.Float32Array = arrays
  platform.isTypedArray = (value): value is Float32Array =>
    value instanceof Float64Array || before.isTypedArray.call(platform, value)
  try {
    return compute()
  } finally {
    globalThis.Float32Array = before.arrays
    platform.isTypedArray = before.isTypedArray
  }
}
