import { rowsOf, squaredDistanceOfRows } from "../../maths/features/kernel.ts"
import { middleValues } from "./middleValues.ts"

/**
 * The bandwidth of the median heuristic: the median of the distances of all pairs of different rows of the pooled
 * sample, each pair once (Gretton et al. 2012, section 8). With an even number of pairs, the mean of the middle two
 * distances. Memory is bounded, see `middleValues`.
 *
 * @param x, y `[n, size]` and `[m, size]`, row-major
 * @returns sigma for `gaussianKernel`; 0 where at least half of the pairs are equal
 */
export function medianHeuristic(x: ArrayLike<number>, y: ArrayLike<number>, size: number): number {
  const n = rowsOf(x, size, 1)
  const m = rowsOf(y, size, 1)
  const squares = middleValues(((n + m) * (n + m - 1)) / 2, (visit) => {
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) visit(squaredDistanceOfRows(x, i, x, j, size))
      for (let j = 0; j < m; j++) visit(squaredDistanceOfRows(x, i, y, j, size))
    }
    for (let i = 0; i < m; i++) {
      for (let j = i + 1; j < m; j++) visit(squaredDistanceOfRows(y, i, y, j, size))
    }
  })
  return (Math.sqrt(squares[0]) + Math.sqrt(squares[1])) / 2
}
