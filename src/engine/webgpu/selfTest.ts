import type { Engine } from "../engine.ts"
import { EngineUnavailable } from "../engineUnavailable.ts"
import * as tf from "../tf.ts"

const rows = 33
const columns = 17

/**
 * Computes a matrix product and its gradient on the active backend and compares them with plain JavaScript in double
 * precision: f(a) = sum((a b)^2), df/da = 2 (a b) b'.
 * @returns the largest error relative to the largest value; NaN counts as infinite
 */
export async function selfTestError(): Promise<number> {
  const a = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i))
  const b = Float32Array.from({ length: columns * rows }, (_, i) => Math.cos(i / 3))
  const product = multiply(a, b, rows, columns, rows, (k, j) => k * rows + j)
  const gradient = multiply(product, b, rows, rows, columns, (k, j) => j * rows + k).map((x) => 2 * x)
  const [computed, differentiated] = tf.tidy(() => {
    const left = tf.tensor2d(a, [rows, columns])
    const right = tf.tensor2d(b, [columns, rows])
    const objective = (x: tf.Tensor) => tf.sum(tf.square(tf.matMul(x as tf.Tensor2D, right)))
    return [tf.matMul(left, right), tf.grad(objective)(left)]
  })
  try {
    const got = [await computed!.data(), await differentiated!.data()] as const
    return Math.max(relativeError(got[0], product), relativeError(got[1], gradient))
  } finally {
    tf.dispose([computed!, differentiated!])
  }
}

/** The largest error that passes: TF32, the least precise mode that may be on, would be at about 1e-3. */
const tolerance = 1e-4

/**
 * Disposes the engine if it computes wrongly.
 * @throws EngineUnavailable then
 */
export async function requireSelfTest(engine: Engine): Promise<void> {
  const error = await selfTestError().catch((failure: unknown) => {
    engine.dispose()
    throw new EngineUnavailable(
      `A matrix product on ${engine.identity.adapter} failed (${failure}). Update the GPU's driver, or use --device onnx.`,
    )
  })
  if (error <= tolerance) return
  engine.dispose()
  throw new EngineUnavailable(
    `A matrix product and its gradient on ${engine.identity.adapter} are wrong by ${error.toExponential(1)}, ` +
      `where at most ${tolerance} was expected. Update the GPU's driver, or use --device onnx.`,
  )
}

function multiply(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  height: number,
  depth: number,
  width: number,
  at: (k: number, j: number) => number,
): Float64Array {
  const product = new Float64Array(height * width)
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      for (let k = 0; k < depth; k++) product[i * width + j]! += a[i * depth + k]! * b[at(k, j)]!
    }
  }
  return product
}

function relativeError(got: ArrayLike<number>, expected: Float64Array): number {
  let largest = 0
  let error = 0
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(got[i]! - expected[i]!)
    error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(error, difference)
    largest = Math.max(largest, Math.abs(expected[i]!))
  }
  return error / largest
}
