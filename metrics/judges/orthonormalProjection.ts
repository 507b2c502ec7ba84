import { stream } from "@saddlepoint/engine/random"

/**
 * A seeded orthonormal basis of a random subspace, as the matrix `[from, to]`, row-major, whose columns it is: normal columns
 * from the streams `seed/projection/<player>/<column>`, made orthonormal by the modified Gram-Schmidt process in float64.
 * The rows of a matrix times it keep their distances on average, up to the factor `sqrt(to / from)` (Johnson and Lindenstrauss 1984).
 *
 * @param to at most `from`
 */
export function orthonormalProjection(seed: number, player: string, from: number, to: number): Float32Array {
  const columns: Float64Array[] = []
  for (let column = 0; column < to; column++) {
    const draws = stream(seed, "projection", player, column).fillNormal(new Float32Array(from))
    const direction = Float64Array.from(draws)
    for (const earlier of columns) {
      const along = earlier.reduce((sum, value, i) => sum + value * direction[i]!, 0)
      for (let i = 0; i < from; i++) direction[i]! -= along * earlier[i]!
    }
    const length = Math.hypot(...direction)
    columns.push(direction.map((value) => value / length))
  }
  return Float32Array.from({ length: from * to }, (_, at) => columns[at % to]![Math.floor(at / to)]!)
}
