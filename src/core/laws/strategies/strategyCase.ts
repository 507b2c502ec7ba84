import fc from "fast-check"
import type { Case } from "../law.ts"
import type { DomainOptions } from "./twoDomains.ts"

/** Cases with the seed of data and training, how far the target's grey levels are moved, and what a law needs besides. */
export function strategyCases(
  besides: Readonly<Record<string, fc.Arbitrary<number[]>>> = {},
): fc.Arbitrary<Case> {
  return fc.record({
    seed: fc.nat(99).map((seed) => [seed]),
    shift: fc.nat(8).map((eighths) => [eighths / 8]),
    ...besides,
  })
}

/** A case to look at what a strategy is, rather than at what it does. */
export const anyCase: DomainOptions = { seed: 0, shift: 0, noisyLabels: false }

/** A property of a strategy that is built and trained anew in each run. */
export function overStrategies(
  cases: fc.Arbitrary<Case>,
  holds: (data: DomainOptions, one: Case) => Promise<void>,
): fc.IAsyncProperty<[Case]> {
  return fc.asyncProperty(cases, async (one) => {
    await holds({ seed: one.seed![0]!, shift: one.shift![0]!, noisyLabels: false }, one)
  })
}
