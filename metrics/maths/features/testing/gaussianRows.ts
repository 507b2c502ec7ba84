import { type KeyPart, stream } from "@saddlepoint/engine/random"
import { addRows, type FeatureRows, noRows } from "../featureRows.ts"

/** `[count, size]` independent normal numbers of a named stream, float64, row-major. */
export function gaussianRows(count: number, size: number, ...key: KeyPart[]): Float64Array {
  const source = stream("features fixture", ...key)
  return Float64Array.from({ length: count * size }, () => source.normal())
}

/** One block of rows. */
export function rowsOf(values: Float32Array | Float64Array, size: number): FeatureRows {
  return addRows(noRows(size), values)
}

/** The same vectors in the given order. */
export function reordered(values: Float64Array, size: number, order: readonly number[]): Float64Array {
  return Float64Array.from(order.flatMap((row) => [...values.subarray(row * size, (row + 1) * size)]))
}

/** The same vectors cut into blocks of so many. */
export function inBlocks(values: Float32Array | Float64Array, size: number, rows: number): FeatureRows {
  let kept = noRows(size)
  for (let start = 0; start < values.length; start += rows * size) {
    kept = addRows(kept, values.slice(start, start + rows * size))
  }
  return kept
}

/** The vectors after a rotation by reflections along random directions: distances and inner products stay. */
export function rotated(values: Float64Array, size: number, ...key: KeyPart[]): Float64Array {
  const source = stream("features fixture rotation", ...key)
  const turned = Float64Array.from(values)
  for (let reflection = 0; reflection < 2; reflection++) {
    const along = Float64Array.from({ length: size }, () => source.normal())
    const square = along.reduce((sum, value) => sum + value * value, 0)
    for (let start = 0; start < turned.length; start += size) {
      let product = 0
      for (let i = 0; i < size; i++) product += turned[start + i]! * along[i]!
      for (let i = 0; i < size; i++) turned[start + i]! -= ((2 * product) / square) * along[i]!
    }
  }
  return turned
}

/** The places 0 to `count` in a random order. */
export function randomOrder(count: number, ...key: KeyPart[]): number[] {
  return stream("features fixture order", ...key).shuffle(Array.from({ length: count }, (_, i) => i))
}
