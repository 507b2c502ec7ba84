import fc from "fast-check"
import type { Loss } from "../loss.ts"
import { Broken, type Case, type Law } from "./law.ts"

/** How often a law is tried, and where its random cases come from. */
export interface LawOptions {
  /** 100 where left out. */
  readonly runs?: number
  /** Same seed, same cases; 1 where left out. */
  readonly seed?: number
}

/** What came of one law on one plug-in; JSON. */
export interface LawReport {
  readonly law: string
  readonly status: "passed" | "failed" | "notApplicable"
  /** Cases that were tried before the law failed, or all of them; 0 where it does not apply. */
  readonly runs: number
  /** Why it does not apply. */
  readonly reason?: string
  /** The smallest case that still fails. */
  readonly counterexample?: Case
  readonly expected?: string
  readonly got?: string
  /** Of the failure: the same seed finds it again. */
  readonly seed?: number
}

/** A report with what fast-check needs to go straight to the counterexample. */
export interface Outcome {
  readonly report: LawReport
  readonly path?: string
}

/** Tries one law on a loss. */
export function tryLaw(law: Law, loss: Loss, { runs = 100, seed = 1 }: LawOptions): Outcome {
  const applies = law.applies(loss)
  if (applies !== true) {
    return { report: { law: law.name, status: "notApplicable", runs: 0, reason: applies } }
  }
  const details = fc.check(law.property(loss), { numRuns: runs, seed })
  if (!details.failed) return { report: { law: law.name, status: "passed", runs: details.numRuns } }
  const { errorInstance: error, counterexample, counterexamplePath } = details
  return {
    report: {
      law: law.name,
      status: "failed",
      runs: details.numRuns,
      ...(counterexample === null ? {} : { counterexample: counterexample[0] }),
      expected: error instanceof Broken ? error.expected : law.statement,
      got:
        error instanceof Broken ? error.got : `an error: ${error instanceof Error ? error.message : error}`,
      seed,
    },
    ...(counterexamplePath === null ? {} : { path: counterexamplePath }),
  }
}
