import type { Schedule } from "../contracts/schedule.ts"

/**
 * `2 / (1 + exp(-steepness p)) - 1` at the stage's share p: from 0 towards 1. The default is the weight of DANN's gradient reversal:
 * steepness 10 (Ganin et al. 2016, section 5.2.2).
 */
export const sigmoidRamp =
  ({ steepness = 10 }: { readonly steepness?: number } = {}): Schedule =>
  (_step, progress) =>
    2 / (1 + Math.exp(-steepness * progress)) - 1
