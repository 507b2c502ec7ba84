import { isDouble } from "./double.ts"
import { Broken } from "./law.ts"

/** How far arithmetic may be off: `absolute + relative * |expected|`. */
export interface Tolerance {
  readonly absolute: number
  readonly relative: number
}

/** For values of order 1 that are sums of up to some hundred float32 terms, with cancellation (SSIM's variances). */
export const float32: Tolerance = { absolute: 1e-4, relative: 1e-4 }

/** For values in float64, from constants that may be rounded to float32; the softplus of TensorFlow.js is off by up to 9e-7. */
const float64: Tolerance = { absolute: 1e-6, relative: 1e-6 }

/** What arithmetic as it is now may be off, or so many times that. */
export function usual(times = 1): Tolerance {
  const { absolute, relative } = isDouble() ? float64 : float32
  return { absolute: times * absolute, relative: times * relative }
}

/** Throws `Broken` unless every number is close to the expected one. */
export function expectClose(
  what: string,
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance = usual(),
): void {
  const close = Array.from(expected, (value, at) => {
    const gap = Math.abs(got[at]! - value)
    return gap <= tolerance.absolute + tolerance.relative * Math.abs(value)
  })
  if (got.length === expected.length && close.every(Boolean)) return
  throw new Broken(`${what} to be ${shown(expected)}`, shown(got))
}

/** Throws `Broken` where a value is above its bound by more than rounding, or is none. */
export function expectAtMost(
  what: string,
  got: readonly number[],
  bounds: readonly number[],
  tolerance: Tolerance = usual(),
): void {
  const kept = got.every((value, at) => value <= bounds[at]! + slack(bounds[at]!, tolerance))
  if (!kept) throw new Broken(`${what} to be at most ${shown(bounds)}`, shown(got))
}

/** Throws `Broken` where a value is below a bound by more than rounding, or is none. */
export function expectAtLeast(
  what: string,
  got: readonly number[],
  bound: number,
  tolerance: Tolerance = usual(),
): void {
  if (got.every((value) => value >= bound - slack(bound, tolerance))) return
  throw new Broken(`${what} to be at least ${bound}`, shown(got))
}

function slack(bound: number, { absolute, relative }: Tolerance): number {
  return absolute + relative * Math.abs(bound)
}

/** Throws `Broken` at a NaN or an infinity. */
export function expectFinite(what: string, got: ArrayLike<number>): void {
  if (!Array.from(got).every(Number.isFinite)) throw new Broken(`${what} to be finite`, shown(got))
}

/** `[0.5, -1]`, with six digits, and only the first eight numbers of a long list. */
export function shown(values: ArrayLike<number>): string {
  const words = Array.from(values, (value) => String(Number(value.toPrecision(6))))
  return words.length > 8
    ? `[${words.slice(0, 8).join(", ")}, ... ${words.length} in all]`
    : `[${words.join(", ")}]`
}
