import type { Schedule } from "../contracts/schedule.ts"

/** Constant until `from` (a share of the stage), then linearly to 0 at its end (pix2pix and CycleGAN ports: from 0.5). */
export const linearDecay =
  (from: number): Schedule =>
  (_step, progress) =>
    progress < from ? 1 : (1 - progress) / (1 - from)
