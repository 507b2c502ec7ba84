/** A number as it stands in a sentence: three significant digits where left out, with the minus sign of typography. */
export function figure(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return String(value)
  return String(Number(value.toPrecision(digits))).replace("-", "−")
}
