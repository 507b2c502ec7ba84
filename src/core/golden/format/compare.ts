import type { Summary, SummaryTolerance, Trajectory } from "./trajectory.ts"

/** The kinds of what is on record. */
export type Kind = "losses" | "grad0" | "after" | "expect"

/** What this repository's code made of a case, by the recorded names; tensors in PyTorch's layout, row-major. */
export interface Played {
  /** A value for every recorded one. */
  readonly losses?: Readonly<Record<string, ArrayLike<number>>>
  /** Gradients with which tensors were updated first. */
  readonly grad0?: Readonly<Record<string, ArrayLike<number>>>
  /** Weights and running statistics after the last step. */
  readonly after?: Readonly<Record<string, ArrayLike<number>>>
  readonly expect?: Readonly<Record<string, ArrayLike<number>>>
}

/** Recorded names that are not compared, and why, as the end of a sentence ("... is not compared: <why>"). */
export interface LeftOut {
  readonly kind: Kind
  readonly names: RegExp
  readonly why: string
}

/** The deviation of one number from its record, beside what equal computations may have. */
export interface Deviation {
  /** E.g. `losses/D`, `grad0/D.0.weight`. */
  readonly what: string
  /** Which value of a loss (a step, where it has one a step), which element of a tensor; or `sum`, `l2`. */
  readonly at: number | "sum" | "l2"
  /** Absolute; NaN where a number is missing. */
  readonly deviation: number
  readonly tolerance: number
  /** Whether rounding cannot excuse it; see the README. */
  readonly strict: boolean
}

/** Deviation over tolerance; infinite where a number is missing or not finite. */
export function share({ deviation, tolerance }: Deviation): number {
  if (deviation === 0) return 0
  const found = deviation / tolerance
  return Number.isNaN(found) ? Number.POSITIVE_INFINITY : found
}

export interface Comparison {
  readonly deviations: readonly Deviation[]
  /** Names that are on record but were neither played nor left out, and the other way round, as sentences. */
  readonly gaps: readonly string[]
  /** How many names were left out, by the reason. */
  readonly leftOut: Readonly<Record<string, readonly string[]>>
}

/**
 * Compares all that was played with all that is on record. Strict are the expected tensors, first gradients, and the values of
 * losses before the tolerances widen (`tightSteps`, the first one at least): no chaos has come in by then. Tensors whose
 * movement is rounding noise are passed over.
 */
export function compare(recorded: Trajectory, played: Played, leaveOut: readonly LeftOut[] = []): Comparison {
  const deviations: Deviation[] = []
  const gaps: string[] = []
  const leftOut: Record<string, string[]> = {}
  const { tolerance, noiseDriven } = recorded
  const walk = (
    kind: Kind,
    names: readonly string[],
    add: (name: string, got: ArrayLike<number>) => void,
  ) => {
    const given = played[kind] ?? {}
    for (const name of names) {
      const got = given[name]
      const out = leaveOut.find((each) => each.kind === kind && each.names.test(name))
      if (noiseDriven.has(name)) continue
      if (got !== undefined) add(name, got)
      else if (out !== undefined) leftOut[out.why] = [...(leftOut[out.why] ?? []), `${kind}/${name}`]
      else gaps.push(`Expected ${kind}/${name} of the case, but it was not played.`)
    }
    for (const name of Object.keys(given)) {
      if (!names.includes(name)) gaps.push(`Expected ${kind}/${name} on record, but the case has none.`)
    }
  }

  const tight = Math.max(1, recorded.tightSteps)
  walk("losses", Object.keys(recorded.losses), (name, got) => {
    const [wanted, tolerances] = [recorded.losses[name]!, tolerance.losses[name]!]
    deviations.push(
      ...difference(`losses/${name}`, got, wanted, (at) => [tolerances[at] ?? Number.NaN, at < tight]),
    )
  })
  for (const [kind, strict] of [
    ["grad0", true],
    ["after", false],
  ] as const) {
    walk(kind, Object.keys(recorded[kind]), (name, got) => {
      deviations.push(
        ...ofSummary(`${kind}/${name}`, got, recorded[kind][name]!, tolerance[kind][name], strict),
      )
    })
  }
  const expected = recorded.tensors.filter((name) => name.startsWith("expect."))
  walk("expect", expected, (name, got) => {
    const allowed = tolerance.expect[name] ?? Number.NaN
    deviations.push(...difference(name, got, recorded.tensor(name).values, () => [allowed, true]))
  })
  return { deviations, gaps, leftOut }
}

function difference(
  what: string,
  got: ArrayLike<number>,
  wanted: ArrayLike<number>,
  allowed: (at: number) => readonly [tolerance: number, strict: boolean],
): Deviation[] {
  return Array.from({ length: Math.max(got.length, wanted.length) }, (_, at) => {
    const [tolerance, strict] = allowed(at)
    return {
      what,
      at,
      deviation: Math.abs((got[at] ?? Number.NaN) - (wanted[at] ?? Number.NaN)),
      tolerance,
      strict,
    }
  })
}

function ofSummary(
  what: string,
  got: ArrayLike<number>,
  { sum, l2, first8, shape }: Summary,
  tolerance: SummaryTolerance | undefined,
  strict: boolean,
): Deviation[] {
  const size = shape.reduce((product, side) => product * side, 1)
  // Another size cannot be compared, and fails by every number.
  const values = got.length === size ? Array.from(got) : []
  const lost = got.length === size ? 0 : Number.NaN
  const allowed = (key: keyof SummaryTolerance) => tolerance?.[key] ?? Number.NaN
  const total = values.reduce((all, value) => all + value, lost)
  const norm = Math.sqrt(values.reduce((all, value) => all + value ** 2, lost))
  return [
    { what, at: "sum", deviation: Math.abs(total - sum), tolerance: allowed("sum"), strict },
    { what, at: "l2", deviation: Math.abs(norm - l2), tolerance: allowed("l2"), strict },
    ...difference(what, values.slice(0, first8.length), first8, () => [allowed("each"), strict]),
  ]
}
