import { symmetricEigenvalues } from "./symmetricEigenvalues.ts"

/**
 * Sum of the singular values of a matrix (its nuclear norm): they are the positive eigenvalues of the symmetric
 * `[[0, M], [M^T, 0]]`, whose spectrum is `+-` the singular values and zeros (Golub and Van Loan, section 8.6.1). So small
 * ones keep an absolute error of a few `2^-52 * largest`, which squaring the matrix would lose.
 *
 * @param matrix float64 `[rows, columns]`, row-major
 */
export function sumOfSingularValues(matrix: Float64Array, rows: number, columns: number): number {
  const size = rows + columns
  const both = new Float64Array(size * size)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = matrix[row * columns + column]!
      both[row * size + rows + column] = value
      both[(rows + column) * size + row] = value
    }
  }
  return symmetricEigenvalues(both, size).reduce((sum, value) => sum + Math.abs(value), 0) / 2
}
