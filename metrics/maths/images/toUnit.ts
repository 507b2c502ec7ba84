/** Brings values from [-1, 1] to [0, 1], in float64. */
export function toUnit(values: Float32Array): Float64Array {
  const unit = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) unit[i] = (values[i]! + 1) / 2
  return unit
}
