import { orthonormalColumns } from "@saddlepoint/core/layers/orthonormalColumns"
import { stream } from "@saddlepoint/engine/random"

/**
 * A seeded orthonormal basis of a random subspace, as the matrix `[from, to]`, row-major, whose columns it is: normal columns
 * from the streams `seed/projection/<player>/<column>`, made orthonormal.
 * The rows of a matrix times it keep their distances on average, up to the factor `sqrt(to / from)` (Johnson and Lindenstrauss 1984).
 *
 * @param to at most `from`
 */
export function orthonormalProjection(seed: number, player: string, from: number, to: number): Float32Array {
  const drawn = new Float32Array(from * to)
  for (let column = 0; column < to; column++) {
    const draws = stream(seed, "projection", player, column).fillNormal(new Float32Array(from))
    for (let row = 0; row < from; row++) drawn[row * to + column] = draws[row]!
  }
  return orthonormalColumns(drawn, to)
}
