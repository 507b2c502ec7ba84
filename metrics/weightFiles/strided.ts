/**
 * Copies the numbers of a strided view in row-major order.
 *
 * @param values the storage
 * @param gathered what is filled, as long as the product of the shape
 * @param offset index of the view's first number
 * @param shape lengths of the axes; none of a scalar
 * @param strides distance in numbers between neighbours along each axis, as many as axes
 * @returns `gathered`
 */
export function gatherStrided<Numbers extends Float32Array | Float64Array>(
  values: ArrayLike<number>,
  gathered: Numbers,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): Numbers {
  const position = shape.map(() => 0)
  let from = offset
  for (let to = 0; to < gathered.length; to++) {
    gathered[to] = values[from]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!
      if (++position[axis]! < shape[axis]!) break
      from -= strides[axis]! * shape[axis]!
      position[axis] = 0
    }
  }
  return gathered
}

/** Whether a view is its whole storage in row-major order, so that nothing need be gathered. */
export function isWhole(count: number, shape: readonly number[], strides: readonly number[]): boolean {
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== stride) return false
    stride *= shape[axis]!
  }
  return stride === count
}
