import { randomKind } from "./random.ts"
import type { Sampler, SamplerKind } from "./sampler.ts"

type SuccessiveHalving = Extract<Sampler, { readonly kind: "successiveHalving" }>

/**
 * Successive halving (Jamieson and Talwalkar 2016): `trials` random configurations are trained for a share of the steps;
 * of each rung the best `1 / reduction` goes to the next, with `reduction` times as many steps, the last rung has all.
 *
 * Each rung's trials are ordinary trials that begin at the first step: schedules depend on the number of steps, so a
 * longer trial is not the continuation of a shorter one. Promotion waits for the whole rung and goes by rank alone:
 * its asynchronous form (ASHA, Li et al. 2020) promotes whoever is best among those that happen to be finished,
 * so that the number of workers and their speed would decide what is chosen.
 */
export const successiveHalving = ({
  trials,
  reduction = 3,
  rungs = 3,
}: {
  readonly trials: number
  readonly reduction?: number
  readonly rungs?: number
}): SuccessiveHalving => ({ kind: "successiveHalving", trials, reduction, rungs })

export const successiveHalvingKind: SamplerKind<SuccessiveHalving> = {
  kind: "successiveHalving",
  points: ({ trials }, tunables, draw) => randomKind.points({ kind: "random", trials }, tunables, draw),
}
