import { statSync } from "node:fs"
import { join } from "node:path"
import { holderIsGone, isOnThisSystem, type LeaseRecord } from "./lease.ts"

/**
 * What one look at a lease tells. `here`: its holder is a living process of this system. `elsewhere`: it was renewed
 * lately, as far as the clocks agree; good enough to tell people, not to take a trial over. `gone`: neither.
 */
export type LeaseSight = "here" | "elsewhere" | "gone"

/**
 * @param attempt folder of the attempt
 * @param now milliseconds since 1970
 * @param patience how many times its own length a lease from elsewhere may be old
 */
export function sightOf(attempt: string, lease: LeaseRecord, now = Date.now(), patience = 2): LeaseSight {
  if (holderIsGone(lease)) return "gone"
  if (isOnThisSystem(lease)) return "here"
  const renewed = statSync(join(attempt, "lease.json"), { throwIfNoEntry: false })?.mtimeMs ?? now
  const age = now - renewed
  return age < lease.seconds * 1000 * patience ? "elsewhere" : "gone"
}
