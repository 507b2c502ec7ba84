import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import { attemptNumbers, takeAttempt } from "../attempts/attempt.ts"
import { attemptFolder, trialFolder } from "../files/layout.ts"
import { type Lease, type LeaseWatch, readLease, takeLease } from "../leases/lease.ts"

/** `done`: nothing is left to do. `held`: somebody else plays it. */
export type Claim = { readonly attempt: number; readonly lease: Lease } | "done" | "held"

/** Which trial, under which execution. */
export interface Claimed {
  readonly store: string
  readonly experiment: string
  readonly trial: string
  readonly execution: string
  /** Whether nothing is left to do: there is a result, and every metric has judged it. */
  done(): boolean
}

/**
 * Claims a trial for this process: the next attempt is made exclusively and gets a lease. Of any number of processes
 * one gets it, also on a network file system: nothing but the making of a folder decides.
 */
export function claimTrial(claimed: Claimed, watch: LeaseWatch, leaseSeconds: number): Claim {
  const { store, experiment, trial, execution } = claimed
  if (claimed.done()) return "done"
  const home = trialFolder(store, experiment, trial)
  const numbers = attemptNumbers(home)
  const own = numbers.findLast((number) =>
    isUnder(attemptFolder(store, experiment, trial, number), execution),
  )
  if (own !== undefined) {
    const folder = attemptFolder(store, experiment, trial, own)
    if (!hasEnded(folder) && !watch.lapsed(folder)) return "held"
  }
  const attempt = takeAttempt(home, numbers.at(-1) ?? 0)
  if (attempt === undefined) return "held"
  const folder = attemptFolder(store, experiment, trial, attempt)
  const lease = takeLease(folder, execution, leaseSeconds)
  // A holder that was taken for dead may have published between the look and the claim.
  if (!claimed.done()) return { attempt, lease }
  rmSync(folder, { recursive: true })
  return "done"
}

/** Whether an attempt has come to an end that is written down. */
export function hasEnded(attempt: string): boolean {
  return ["failure.json", "result.json", "judged.json"].some((name) => existsSync(join(attempt, name)))
}

/** An attempt without a lease may be anybody's. */
function isUnder(attempt: string, execution: string): boolean {
  const lease = readLease(attempt)
  return lease === undefined || lease.execution === execution
}
