/** A value that changes with the step; `progress` is step / steps of the stage, in [0, 1). */
export type Schedule = (step: number, progress: number) => number

/** The same value at every step. */
export const constant =
  (value: number): Schedule =>
  () =>
    value

/** Constant until `from` (a share of the stage), then linearly to 0 at its end (pix2pix and CycleGAN ports: from 0.5). */
export const linearDecay =
  (from: number): Schedule =>
  (_step, progress) =>
    progress < from ? 1 : (1 - progress) / (1 - from)
