/** A number as it stands in a sentence: three significant digits, with the minus sign of typography. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(3))).replace("-", "−")
}
