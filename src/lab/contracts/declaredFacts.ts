import type { Comparison, Role } from "@saddlepoint/core/declare/trial"

/** What was fixed before anything ran: margins and levels of the comparisons, the seeds and the arms. */
export interface DeclaredFacts {
  readonly comparisons: readonly Comparison[]
  readonly seeds: readonly number[]
  readonly arms: readonly { readonly name: string; readonly role: Role | "judge" }[]
}
