/**
 * A field that is varied: each value becomes an arm of its own. Several axes are crossed, unless they name the same
 * `zip`, when their values are taken together.
 */
export interface Axis<T> {
  readonly axis: readonly T[]
  /** Names of the values in arm names; the values themselves where left out. */
  readonly labels?: readonly string[]
  /** Axes with the same name advance together and must be of one length. */
  readonly zip?: string
}

/** A field that may hold one value or an axis of values. */
export type Sweepable<T> = T | Axis<T>

/** `axis(1, 16, 70)`, or `axis({ small: unet({ width: 8 }), big: unet({ width: 16 }) })` where values need names. */
export function axis<const T>(values: Readonly<Record<string, T>>): Axis<T>
export function axis<const T extends string | number | boolean>(...values: readonly T[]): Axis<T>
export function axis<T>(...values: readonly unknown[]): Axis<T> {
  const [first] = values
  if (values.length === 1 && typeof first === "object" && first !== null) {
    return { axis: Object.values(first) as T[], labels: Object.keys(first) }
  }
  return { axis: values as T[] }
}

/** Axes of one `name` advance together: `zipped("capacity", axis(7, 16))` beside `zipped("capacity", axis(22, 16))`. */
export function zipped<T>(name: string, values: Axis<T>): Axis<T> {
  return { ...values, zip: name }
}

export function isAxis(value: unknown): value is Axis<unknown> {
  return typeof value === "object" && value !== null && "axis" in value && Array.isArray(value.axis)
}
