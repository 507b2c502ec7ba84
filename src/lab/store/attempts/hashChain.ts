import { createHash } from "node:crypto"
import type { Losses } from "@saddlepoint/core/play/round"

/** The link before the first step. */
export const chainStart = "0".repeat(16)

/**
 * The next link of a trial's hash chain: 16 hex digits of the SHA-256 over the link before and all losses of a step.
 * Two trials with the same link have had the same losses, bit for bit, at every step so far.
 *
 * @param step index over all stages, from 0
 */
export function nextLink(previous: string, stage: string, step: number, losses: Losses): string {
  // ECMAScript prints the shortest text that reads back as the same double: equal texts, equal bits (but for -0).
  const values = Object.keys(losses)
    .sort()
    .map((name) => `${name}=${losses[name]}`)
  const text = `${previous}\n${stage}\n${step}\n${values.join("\n")}`
  return createHash("sha256").update(text).digest("hex").slice(0, 16)
}
