import { type Comparison, type Deviation, share } from "./compare.ts"

/**
 * - `passed`: every number that was compared is within its tolerance, and nothing on record was passed over in silence.
 * - `drifted`: strict numbers are; late ones go beyond, by up to `lateAllowance` tolerances.
 * - `failed`: a strict number is beyond its tolerance, a late one by more than that, or something could not be played.
 * - `not yet covered`: no family plays the case.
 */
export type Verdict = "passed" | "drifted" | "failed" | "not yet covered"

/**
 * How many tolerances late numbers may be off. A tolerance is ten times what the recorder saw among a few roundings; another order of
 * summation may meet a kink of ReLU or L1 earlier, and Adam then makes steps of it. What a wrong convention does lies far beyond.
 */
export const lateAllowance = 10

/** A deviation with its measure. */
export type Measured = Deviation & { readonly share: number }

/** What came of one recorded case. */
export interface CaseReport {
  readonly case: string
  readonly verdict: Verdict
  /** Numbers that were compared. */
  readonly compared: number
  /** The largest deviations by their tolerances, of all numbers and of those that are strict. */
  readonly worst?: Measured
  readonly worstStrict?: Measured
  /** Where a loss first goes beyond its tolerance. */
  readonly firstOver?: Measured
  /** Why it failed, or that it drifted, a sentence each. */
  readonly problems: readonly string[]
  /** Recorded names that were not compared, by the reason. */
  readonly leftOut: Readonly<Record<string, readonly string[]>>
}

/** A case that no family plays. */
export function notYetCovered(name: string): CaseReport {
  return { case: name, verdict: "not yet covered", compared: 0, problems: [], leftOut: {} }
}

/** A case that could not be read or played. */
export function broken(name: string, reason: string): CaseReport {
  return { case: name, verdict: "failed", compared: 0, problems: [reason], leftOut: {} }
}

/** Judges a comparison. */
export function verdictOf(name: string, { deviations, gaps, leftOut }: Comparison): CaseReport {
  const strict = worstOf(deviations.filter((each) => each.strict))
  const late = worstOf(deviations.filter((each) => !each.strict))
  const failures = [...gaps]
  if (deviations.length === 0) failures.push("Expected numbers to compare, but there are none.")
  if (strict !== undefined && strict.share > 1) failures.push(sentenceOf(strict))
  if (late !== undefined && late.share > lateAllowance) failures.push(sentenceOf(late))
  const drifts = failures.length === 0 && late !== undefined && late.share > 1
  const [worst, firstOver] = [worstOf(deviations), firstOf(deviations)]
  return {
    case: name,
    verdict: failures.length > 0 ? "failed" : drifts ? "drifted" : "passed",
    compared: deviations.length,
    ...(worst === undefined ? {} : { worst }),
    ...(strict === undefined ? {} : { worstStrict: strict }),
    ...(firstOver === undefined ? {} : { firstOver }),
    problems: drifts ? [sentenceOf(late)] : failures,
    leftOut,
  }
}

function worstOf(deviations: readonly Deviation[]): Measured | undefined {
  let worst: Measured | undefined
  for (const each of deviations) {
    const found = share(each)
    if (worst === undefined || found > worst.share) worst = { ...each, share: found }
  }
  return worst
}

/** The earliest value of a loss beyond its tolerance. */
function firstOf(deviations: readonly Deviation[]): Measured | undefined {
  let first: Measured | undefined
  for (const each of deviations) {
    if (!each.what.startsWith("losses/") || !(share(each) > 1)) continue
    if (first === undefined || Number(each.at) < Number(first.at)) first = { ...each, share: share(each) }
  }
  return first
}

function sentenceOf({ what, at, deviation, tolerance, share: by }: Measured): string {
  return `Expected ${what} (${at}) within ${tolerance.toPrecision(3)} of its record, but it is off by ${deviation.toPrecision(3)}, ${by.toPrecision(3)} times as much.`
}
