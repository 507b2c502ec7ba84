import type { Schedule } from "../contracts/schedule.ts"

/**
 * `(1 + decay p)^-power` at the stage's share p. The default is how DANN lowers its learning rate: decay 10, power 0.75
 * (Ganin et al. 2016, section 5.2.2).
 */
export const inverseDecay =
  ({ decay = 10, power = 0.75 }: { readonly decay?: number; readonly power?: number } = {}): Schedule =>
  (_step, progress) =>
    (1 + decay * progress) ** -power
