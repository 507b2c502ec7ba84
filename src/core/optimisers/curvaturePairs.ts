/** A move and the change of the gradient over it: what L-BFGS remembers of the curvature. */
export interface CurvaturePair {
  readonly move: Vector
  readonly change: Vector
  /** Their scalar product, above 0. */
  readonly product: number
}

/** Elements are float32 or float64; sums are in float64. */
export type Vector = Float32Array | Float64Array

/** PyTorch's limit: a pair with less positive curvature is not remembered. */
const leastProduct = 1e-10

/** The pair of a move, or nothing where the objective does not curve upwards along it. */
export function curvaturePair(move: Vector, change: Vector): CurvaturePair | undefined {
  const product = dot(move, change)
  return product > leastProduct ? { move, change, product } : undefined
}

/**
 * `-H g` with the inverse Hessian H that the pairs stand for, by the two loops (Nocedal and Wright 2006, algorithm 7.4) from
 * `H0 = s.y / y.y` of the newest pair (equation 7.20); the identity without pairs.
 * @param pairs oldest first
 */
export function quasiNewtonDirection(gradient: Vector, pairs: readonly CurvaturePair[]): Float64Array {
  const direction = Float64Array.from(gradient, (value) => -value)
  const newestFirst = pairs.toReversed()
  const shares = newestFirst.map(({ move, change, product }) => {
    const share = dot(move, direction) / product
    addScaled(direction, -share, change)
    return share
  })
  const [newest] = newestFirst
  if (newest === undefined) return direction
  const scale = newest.product / dot(newest.change, newest.change)
  for (let i = 0; i < direction.length; i++) direction[i]! *= scale
  for (const [index, { move, change, product }] of pairs.entries()) {
    const share = shares[pairs.length - 1 - index]!
    addScaled(direction, share - dot(change, direction) / product, move)
  }
  return direction
}

export function dot(a: Vector, b: Vector): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** `values + factor * direction`, in place. */
export function addScaled(values: Float64Array, factor: number, direction: Vector): void {
  for (let i = 0; i < values.length; i++) values[i]! += factor * direction[i]!
}
