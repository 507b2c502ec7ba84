/** What a test looks for: a difference of either sign, or the first sample (or first - second) being larger or smaller. */
export type Alternative = "two-sided" | "greater" | "less"

/** A statistic and its p value. */
export interface TestResult {
  readonly statistic: number
  readonly pValue: number
}
