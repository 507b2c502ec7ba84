import type { ReconstructionFacts } from "../contracts/loss.ts"

/** The definition, in plain numbers, of a loss that is a mean of what each position's difference costs. */
export function meanOverDifferences(
  cost: (difference: number) => number,
): NonNullable<ReconstructionFacts["definition"]> {
  return (output, target) =>
    output.values.reduce((sum, value, at) => sum + cost(value - target.values[at]!), 0) / output.values.length
}
