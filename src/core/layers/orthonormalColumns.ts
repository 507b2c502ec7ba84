/**
 * The nearer of two things to a matrix of so many columns in row-major order: orthonormal columns where it has as many rows or
 * more, orthonormal rows where it has fewer. Of independent normal values it is uniform over all such matrices, because
 * Gram and Schmidt's triangle has a positive diagonal (Mezzadri 2007, section 4). Float64 inside, orthogonalised twice.
 */
export function orthonormalColumns(values: Float32Array, columns: number): Float32Array {
  const rows = values.length / columns
  const [count, length] = rows >= columns ? [columns, rows] : [rows, columns]
  const place = (vector: number, at: number) =>
    rows >= columns ? at * columns + vector : vector * columns + at
  const vectors = Array.from({ length: count }, (_, vector) =>
    Float64Array.from({ length }, (_, at) => values[place(vector, at)]!),
  )
  const result = new Float32Array(values.length)
  for (const [index, vector] of vectors.entries()) {
    for (let again = 0; again < 2; again++) {
      for (const before of vectors.slice(0, index)) {
        const along = dot(vector, before)
        for (let i = 0; i < length; i++) vector[i]! -= along * before[i]!
      }
    }
    const norm = Math.sqrt(dot(vector, vector))
    for (let i = 0; i < length; i++) {
      vector[i]! /= norm
      result[place(index, i)] = vector[i]!
    }
  }
  return result
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
