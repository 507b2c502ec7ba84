/** A mark of an axis, with as many decimals as tell marks apart on an axis of this range. */
export function tick(value: number, range: number): string {
  const decimals = Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(range))))
  return value.toFixed(decimals).replace("-", "−")
}
