/**
 * The lower triangle `L` with `matrix = L L^T` of a symmetric positive definite matrix (Cholesky-Banachiewicz),
 * row by row.
 *
 * @param matrix float64 `[size, size]`, row-major and symmetric; only its lower triangle is read
 * @returns float64 `[size, size]`, zero above the diagonal; undefined where a pivot is not above
 *   `size * 2^-52 * largest diagonal entry`, that is, where the matrix is singular in float64
 */
export function cholesky(matrix: Float64Array, size: number): Float64Array | undefined {
  let largest = 0
  for (let i = 0; i < size; i++) largest = Math.max(largest, matrix[i * size + i]!)
  const smallestPivot = size * Number.EPSILON * largest
  const lower = new Float64Array(size * size)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let value = matrix[row * size + column]!
      for (let k = 0; k < column; k++) value -= lower[row * size + k]! * lower[column * size + k]!
      if (row === column) {
        if (!(value > smallestPivot)) return undefined
        lower[row * size + row] = Math.sqrt(value)
      } else {
        lower[row * size + column] = value / lower[column * size + column]!
      }
    }
  }
  return lower
}
