import { contentHash } from "@saddlepoint/core/declare/canonical"
import type { Plan, Trial } from "@saddlepoint/core/declare/trial"
import { allTrials } from "../store/trials/allTrials.ts"

/** What one trial of an arm costs, as it was measured. */
export interface Price {
  /** Per step of the budget. */
  readonly secondsPerStep: number
  /** Seconds of a trial besides its steps. */
  readonly otherSeconds: number
  /** Bytes that a finished trial leaves in the run store. */
  readonly diskBytes: number
  /**
   * `results`: the median of finished trials of this arm; the other seconds are opening and judging. `probe`: a few steps
   * played for the purpose; the other seconds are starting and opening only, as there was nothing to judge.
   */
  readonly from: "results" | "probe"
}

/** What a plan will take. */
export interface Estimate {
  /** Wall-clock seconds of what is missing, without the arms in `unknown`. */
  readonly seconds: number
  /** Trials side by side. */
  readonly workers: number
  /** Bytes that what is missing will add to the run store, without the arms in `unknown`. */
  readonly diskBytes: number
  /** Share of the plan's trials that are finished, 0 to 1. */
  readonly finishedShare: number
  /** Arms, judges and controls that are not finished and were never measured. */
  readonly unknown: readonly string[]
  readonly measured: readonly (Price & { readonly arm: string })[]
}

/**
 * Adds up what the missing trials of a plan cost.
 * @param done ids of the trials of which nothing is left to do, and of those that are trained at least
 * @param priceOf what a trial of an arm costs, or undefined where nobody measured it
 */
export function estimate(
  plan: Plan,
  { done, trained }: { readonly done: ReadonlySet<string>; readonly trained: ReadonlySet<string> },
  priceOf: (trial: Trial) => Price | undefined,
  workers: number,
): Estimate {
  const prices = new Map<string, Price | undefined>()
  let seconds = 0
  let diskBytes = 0
  const unknown = new Set<string>()
  for (const trial of allTrials(plan)) {
    if (!prices.has(trial.arm)) prices.set(trial.arm, priceOf(trial))
    if (done.has(trial.id)) continue
    const price = prices.get(trial.arm)
    if (price === undefined) {
      unknown.add(trial.arm)
      continue
    }
    seconds += price.otherSeconds
    if (trained.has(trial.id)) continue
    seconds += price.secondsPerStep * trial.steps
    diskBytes += price.diskBytes
  }
  const finished = plan.trials.filter(({ id }) => done.has(id)).length
  return {
    seconds: seconds / Math.max(1, workers),
    workers,
    diskBytes,
    finishedShare: plan.trials.length === 0 ? 1 : finished / plan.trials.length,
    unknown: [...unknown],
    measured: [...prices].flatMap(([arm, price]) => (price === undefined ? [] : [{ arm, ...price }])),
  }
}

/** Names what a trial's price depends on besides the machine: all of its preimage but seed and steps. */
export function priceKey(trial: Trial): string {
  const { seed: _, steps: __, ...rest } = trial.preimage
  return contentHash(rest).slice(0, 16)
}

/** The estimate in lines for a terminal. */
export function estimateInWords({
  seconds,
  workers,
  diskBytes,
  finishedShare,
  unknown,
  measured,
}: Estimate): string[] {
  const side = workers === 1 ? "one trial at a time" : `${workers} trials side by side`
  const probed = measured.filter(({ from }) => from === "probe").length
  const lines = [
    `${(100 * finishedShare).toFixed(finishedShare === 1 ? 0 : 1)} % of the trials are finished.`,
  ]
  if (seconds > 0) {
    const rough =
      probed > 0 ? ` (${probed} of ${measured.length} prices are from probes, which leave judging out)` : ""
    const rest = unknown.length > 0 ? "The rest of what is missing" : "What is missing"
    lines.push(
      `${rest} takes about ${duration(seconds)}, ${side}, and ${megabytes(diskBytes)} of disk${rough}.`,
    )
  }
  if (unknown.length > 0) {
    const names = unknown.length <= 6 ? unknown : [...unknown.slice(0, 5), `${unknown.length - 5} more`]
    lines.push(`Nobody has measured ${names.join(", ")} yet: plan --probe does.`)
  }
  return lines
}

const year = 365 * 86_400

/** A sentence where what is missing takes longer than anybody waits. */
export function longEstimate({ seconds }: Estimate): readonly string[] {
  if (seconds <= year) return []
  return [
    `What is missing takes about ${(seconds / year).toPrecision(2)} years; take fewer steps, trials or seeds.`,
  ]
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toPrecision(3)} h`
}

function megabytes(bytes: number): string {
  return bytes < 1e9
    ? `${Math.max(0.1, bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`
    : `${(bytes / 1e9).toPrecision(3)} GB`
}
