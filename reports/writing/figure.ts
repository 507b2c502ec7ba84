/** The minus sign of typography, so that signs line up with plus signs. */
const withMinus = (text: string) => text.replace("-", "−")

/** A number for reading: `digits` significant digits, without exponent where that is short. */
export function figure(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "–"
  if (value === 0) return "0"
  const size = Math.abs(value)
  if (size >= 1e6 || size < 1e-4) return withMinus(value.toExponential(Math.max(0, digits - 1)))
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)))
  return withMinus(value.toFixed(decimals))
}

/** A signed number for differences. */
export function signed(value: number, digits = 3): string {
  return value > 0 ? `+${figure(value, digits)}` : figure(value, digits)
}

/** A p value: two significant digits, `< 0.0001` below. */
export function pFigure(p: number): string {
  return p < 1e-4 ? "< 0.0001" : figure(p, 2)
}

/** Seconds as `42 s`, `3 min 5 s` or `2 h 4 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${figure(seconds, 2)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** Whole numbers in groups of three: `1 234 567`, with narrow no-break spaces. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, "\u202f")
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`
}

/** `1 seed`, `5 seeds`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`
}
