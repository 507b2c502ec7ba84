import { type Comparison, type Deviation, share } from "./compare.ts"

/** What came of one recorded case. */
export interface CaseReport {
  readonly case: string
  /** In words. */
  readonly title: string
  readonly verdict: "passed" | "failed" | "not yet covered"
  /** Numbers that were compared. */
  readonly compared: number
  /** The largest deviation, measured by its tolerance, among those that are strict and among all. */
  readonly worstStrict?: Deviation & { readonly share: number }
  readonly worst?: Deviation & { readonly share: number }
  /** The first value of a loss that is beyond its tolerance, where there is one. */
  readonly firstOver?: Deviation & { readonly share: number }
  /** Why it failed, a sentence each. */
  readonly problems: readonly string[]
  /** Recorded names that were not compared, by the reason. */
  readonly leftOut: Readonly<Record<string, readonly string[]>>
}

/**
 * How far late values may go beyond their tolerance. Recorded tolerances are ten times what the recorder saw among a few roundings;
 * another order of summation is another draw, and meets kinks earlier or later. A wrong convention lies orders of magnitude beyond.
 */
export const lateAllowance = 3

/**
 * Passed is a case of which every recorded number was played (or left out with a reason), every strict number is within its tolerance and
 * every late one within `lateAllowance` tolerances.
 */
export function verdictOf(
  { name, title }: { readonly name: string; readonly title: string },
  { deviations, gaps, leftOut }: Comparison,
): CaseReport {
  const strict = worstOf(deviations.filter((each) => each.strict))
  const worst = worstOf(deviations)
  const late = worstOf(deviations.filter((each) => !each.strict))
  const over = deviations.filter((each) => each.what.startsWith("losses/") && share(each) > 1)
  const firstOver =
    over.length === 0 ? undefined : over.reduce((a, b) => (Number(b.at) < Number(a.at) ? b : a))
  const problems = [...gaps]
  if (deviations.length === 0) problems.push("Expected numbers to compare, but there are none.")
  if (strict !== undefined && strict.share > 1) problems.push(sentence(strict, 1))
  if (late !== undefined && late.share > lateAllowance) problems.push(sentence(late, lateAllowance))
  return {
    case: name,
    title,
    verdict: problems.length === 0 ? "passed" : "failed",
    compared: deviations.length,
    ...(strict === undefined ? {} : { worstStrict: strict }),
    ...(worst === undefined ? {} : { worst }),
    ...(firstOver === undefined ? {} : { firstOver: measured(firstOver) }),
    problems,
    leftOut,
  }
}

const measured = (each: Deviation) => ({ ...each, share: share(each) })

function worstOf(deviations: readonly Deviation[]) {
  if (deviations.length === 0) return undefined
  return measured(deviations.reduce((worst, each) => (share(each) > share(worst) ? each : worst)))
}

function sentence(
  { what, at, deviation, tolerance, share: by }: Deviation & { readonly share: number },
  allowed: number,
) {
  const limit = allowed === 1 ? "its tolerance" : `${allowed} tolerances`
  return `Expected ${what} (${at}) within ${limit} of ${tolerance.toPrecision(3)}, but it is off by ${deviation.toPrecision(3)}, ${by.toPrecision(3)} times the tolerance.`
}
