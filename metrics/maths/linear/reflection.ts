/** A Householder reflection `I - factor v v^T`, which takes a vector to a multiple of the first unit vector. */
export interface Reflection {
  /** 0 where the vector is such a multiple already. */
  readonly factor: number
  /** The first entry after the reflection; all others are 0. */
  readonly left: number
}

/**
 * Makes the reflection of a vector and overwrites the vector with `v`, whose first entry is 1 (LAPACK's dlarfg; Golub and
 * Van Loan, algorithm 5.1.1). Scaled, so that nothing overflows.
 */
export function reflection(vector: Float64Array, length: number): Reflection {
  const first = vector[0]!
  let scale = 0
  for (let i = 1; i < length; i++) scale = Math.max(scale, Math.abs(vector[i]!))
  vector[0] = 1
  if (scale === 0) return { factor: 0, left: first }
  scale = Math.max(scale, Math.abs(first))
  let squares = (first / scale) ** 2
  for (let i = 1; i < length; i++) squares += (vector[i]! / scale) ** 2
  const norm = scale * Math.sqrt(squares)
  const left = first > 0 ? -norm : norm
  for (let i = 1; i < length; i++) vector[i]! /= first - left
  return { factor: (left - first) / left, left }
}
