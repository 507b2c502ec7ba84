/**
 * The congruence `B^T M B`, made exactly symmetric.
 *
 * @param factor B, float64 `[size, size]`, row-major
 * @param matrix M, float64 `[size, size]`, row-major and symmetric
 */
export function congruence(factor: Float64Array, matrix: Float64Array, size: number): Float64Array {
  const half = new Float64Array(size * size) // M B
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const value = matrix[i * size + k]!
      if (value === 0) continue
      for (let j = 0; j < size; j++) half[i * size + j]! += value * factor[k * size + j]!
    }
  }
  const whole = new Float64Array(size * size)
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < size; i++) {
      const value = factor[k * size + i]!
      if (value === 0) continue
      for (let j = 0; j < size; j++) whole[i * size + j]! += value * half[k * size + j]!
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (whole[i * size + j]! + whole[j * size + i]!) / 2
      whole[i * size + j] = mean
      whole[j * size + i] = mean
    }
  }
  return whole
}
