/** From planes `[channels, height, width]`, as references are stored, to pixels `[height, width, channels]`. */
export function pixelsOf(planes: Uint8Array, shape: readonly number[]): Uint8Array {
  const [channels, height, width] = shape as [number, number, number]
  return moved(planes, new Uint8Array(planes.length), channels, height * width)
}

/** From pixels `[height, width, channels]` to planes of the shape `[channels, height, width]`. */
export function planesOf(pixels: Float32Array, shape: readonly number[]): Float32Array {
  const [channels, height, width] = shape as [number, number, number]
  return moved(pixels, new Float32Array(pixels.length), height * width, channels)
}

/** The transpose of a matrix `[rows, columns]`. */
function moved<Values extends Uint8Array | Float32Array>(
  from: Values,
  to: Values,
  rows: number,
  columns: number,
): Values {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) to[column * rows + row] = from[row * columns + column]!
  }
  return to
}
