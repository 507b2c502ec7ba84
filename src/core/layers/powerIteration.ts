import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { constant } from "./stopGradient.ts"

/** What a norm of 0 counts as (PyTorch's `eps` of `spectral_norm`). */
const epsilon = 1e-12

/** A matrix W `[outputs, inputs]` in a kernel whose outputs are its last axis, or its first (an embedding: its classes). */
export type OutputsAxis = "first" | "last"

/** The singular vectors that belong to the largest singular value of W, as far as they are known: u `[outputs]`, v `[inputs]`. */
export interface SingularVectors {
  readonly u: tf.Tensor
  readonly v: tf.Tensor
}

/**
 * A kernel as a matrix, rows and columns as they come; by way of a row, because sums over a variable itself depend in their last bits on how its
 * numbers lie in memory. An engine may keep them in an order of its own after the first step, and training that was interrupted would not go
 * on bit by bit; a row has one order.
 */
export function asMatrix(kernel: tf.Tensor, outputs: OutputsAxis): tf.Tensor2D {
  const count = outputs === "last" ? kernel.shape.at(-1)! : kernel.shape[0]!
  const row = tf.reshape(kernel, [kernel.size])
  return tf.reshape(row, outputs === "last" ? [kernel.size / count, count] : [count, kernel.size / count])
}

/** What `asMatrix` made a matrix of. */
export const asKernel = (matrix: tf.Tensor2D, shape: readonly number[]): tf.Tensor =>
  tf.reshape(tf.reshape(matrix, [matrix.size]), [...shape])

/** `W v`, `[outputs]`: with a gradient in both. */
export const timesW = (matrix: tf.Tensor2D, v: tf.Tensor, outputs: OutputsAxis): tf.Tensor =>
  product(matrix, v, outputs === "last")

/** `W^T u`, `[inputs]`. */
const timesTransposed = (matrix: tf.Tensor2D, u: tf.Tensor, outputs: OutputsAxis): tf.Tensor =>
  product(matrix, u, outputs === "first")

const product = (matrix: tf.Tensor2D, x: tf.Tensor, transposed: boolean): tf.Tensor =>
  tf.reshape(tf.matMul(matrix, tf.reshape(x, [x.size, 1]), transposed), [-1])

const unit = (x: tf.Tensor): tf.Tensor => tf.div(x, tf.maximum(tf.norm(x), epsilon))

/**
 * One power iteration, without a gradient: `v = W^T u / |W^T u|`, then `u = W v / |W v|` (Miyato et al. 2018, algorithm 1), where it
 * begins with `u`; with `v` it makes u first.
 */
export function iterated(
  matrix: tf.Tensor2D,
  { u, v }: SingularVectors,
  outputs: OutputsAxis,
  begin: "u" | "v" = "u",
): SingularVectors {
  const ofU = (from: tf.Tensor) => constant(from, (x) => unit(timesTransposed(matrix, x, outputs)))
  const ofV = (from: tf.Tensor) => constant(from, (x) => unit(timesW(matrix, x, outputs)))
  if (begin === "u") {
    const next = ofU(u)
    return { u: ofV(next), v: next }
  }
  const next = ofV(v)
  return { u: next, v: ofU(next) }
}

/** Iterations before the first use, as many as in `torch.nn.utils.parametrizations.spectral_norm`. */
const firstIterations = 15

/**
 * Singular vectors of a kernel's initial values, after 15 iterations from a normal u of the stream `address`; float64 on the host, so that they
 * start alike on every engine.
 * @param values of the kernel, row-major
 */
export function firstSingularVectors(
  values: Float32Array,
  count: number,
  outputs: OutputsAxis,
  address: readonly [seed: number, ...names: string[]],
): { readonly u: Float32Array; readonly v: Float32Array } {
  const inputs = values.length / count
  const [ofOutput, ofInput] = outputs === "last" ? [1, count] : [inputs, 1]
  let u = unitRow(Float64Array.from(stream(...address).fillNormal(new Float32Array(count))))
  let v = new Float64Array(inputs)
  for (let iteration = 0; iteration < firstIterations; iteration++) {
    v = new Float64Array(inputs)
    const next = new Float64Array(count)
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < count; o++) v[i]! += values[o * ofOutput + i * ofInput]! * u[o]!
    }
    v = unitRow(v)
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < count; o++) next[o]! += values[o * ofOutput + i * ofInput]! * v[i]!
    }
    u = unitRow(next)
  }
  return { u: Float32Array.from(u), v: Float32Array.from(v) }
}

function unitRow(row: Float64Array): Float64Array<ArrayBuffer> {
  const norm = Math.max(Math.sqrt(row.reduce((sum, value) => sum + value ** 2, 0)), epsilon)
  return row.map((value) => value / norm) as Float64Array<ArrayBuffer>
}
